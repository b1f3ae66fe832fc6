import type { Logger } from "pino";
import { type EventSink, NoticeReason } from "../core/event/event-sink.ts";
import { Verdict, type VerifyResult } from "../core/verify/verdict.ts";

export type VerificationReportOptions = {
  readonly mapping: string;
  readonly events: EventSink;
  readonly log: Logger;
};

/** Tells how the verifying of one mapping's credentials goes: once when that changes, and not each time. */
export type VerificationReport = {
  /**
   * What was learned just now, and what is known by now. `isOther` says that it is another credential than the time before:
   * that it is wrong, too, is news.
   */
  tried(learned: VerifyResult, known: VerifyResult, isOther: boolean): void;
};

/** Starts as if all were well. What tells nothing of the credential ends no alarm, and begins none. */
export function createVerificationReport(options: VerificationReportOptions): VerificationReport {
  const { mapping, events, log } = options;
  let logged: Verdict | undefined;
  let isAlarmed = false;

  return {
    tried(learned, known, isOther) {
      const { verdict, registry: host, detail } = learned;
      const isWrong = verdict === Verdict.WrongCredentials;
      const isNews = verdict !== logged || (isWrong && isOther);
      logged = verdict;
      const level = !isNews ? "debug" : isWrong ? "warn" : "info";
      log[level]({ registry: mapping, verdict, host, detail }, "credential verified");
      if (known.verdict === Verdict.WrongCredentials && (isOther || !isAlarmed)) {
        isAlarmed = true;
        const note = `The credential of ${known.key} is wrong: ${known.detail}. No image can be pulled with it: replace it.`;
        events.tell({ type: "Warning", reason: NoticeReason.WrongCredentials, mapping, note });
      } else if (known.verdict === Verdict.Works && isAlarmed) {
        isAlarmed = false;
        const note = `The credential works again: ${known.detail}.`;
        events.tell({ type: "Normal", reason: NoticeReason.CredentialWorks, mapping, note });
      }
    },
  };
}
