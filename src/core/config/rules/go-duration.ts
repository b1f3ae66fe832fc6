import { parseGoDuration } from "../../time/go-duration.ts";
import type { Remark } from "../problem.ts";

/** Checks a duration as Kubernetes writes them. */
export function checkGoDuration(text: string): readonly Remark[] {
  const ms = parseGoDuration(text);
  if (ms !== null && ms >= 0) return [];
  return [{ severity: "error", message: 'must be a duration such as "12h" or "1h30m", of 0 or more' }];
}
