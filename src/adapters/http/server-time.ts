import type { Clock } from "../../core/time/clock.ts";
import type { HttpResponse } from "./send-http.ts";

/** The time as a server has it, which refuses signatures of another time. */
export type ServerTime = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Takes the answer's Date as the time. Says whether that made a difference, so that trying again makes sense. */
  adopt(response: HttpResponse): boolean;
};

/** Less than what a header in whole seconds and the way back make up is no difference. */
const TOLERANCE_MS = 5_000;

/** Starts with the machine's clock. */
export function createServerTime(clock: Clock): ServerTime {
  let offset = 0;
  return {
    now: () => clock.now() + offset,
    adopt({ headers }) {
      const date = Date.parse(headers.date ?? "");
      if (Number.isNaN(date)) return false;
      const difference = date - (clock.now() + offset);
      if (Math.abs(difference) < TOLERANCE_MS) return false;
      offset += difference;
      return true;
    },
  };
}
