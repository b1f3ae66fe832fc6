import type { Logger } from "pino";
import type { CredentialFinding } from "../core/credential/credentials.ts";
import { type EventSink, NoticeReason } from "../core/event/event-sink.ts";
import { formatTime } from "../core/refresh/expiry.ts";
import { RefreshResult } from "../core/refresh/refresh-result.ts";
import type { Validity } from "../core/refresh/validity.ts";

export type RefreshReportOptions = {
  readonly mapping: string;
  readonly events: EventSink;
  /** Told of each refresh, for metrics, and of why it was none. */
  readonly observe: (result: RefreshResult, registry: string, problem?: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
};

/** Tells how the refreshing of one mapping's credential goes: people when that changes, the metrics each time. */
export type RefreshReport = {
  /** The refresh was none; `problem` says why, with the remedy. */
  failed(reason: RefreshResult, problem: string, standing: Validity | undefined): void;
  succeeded(findings: readonly CredentialFinding[]): void;
};

/** Starts as if all were well. */
export function createRefreshReport(options: RefreshReportOptions): RefreshReport {
  const { mapping, events, observe, now, log } = options;
  let told: RefreshResult | undefined;
  let hasToldExpiry = false;
  let toldFindings = "[]";

  return {
    failed(reason, problem, standing) {
      observe(reason, mapping, problem);
      const isNews = told !== reason;
      told = reason;
      log[isNews ? "warn" : "debug"]({ registry: mapping, reason, problem }, "credential not refreshed");
      if (isNews && reason !== RefreshResult.Refreshed) {
        const note = `The credential is not refreshed: ${problem}. ${describeRest(standing)}`;
        events.tell({ type: "Warning", reason, mapping, note });
      }
      if (hasToldExpiry || standing === undefined || now() < standing.expiresAt) return;
      hasToldExpiry = true;
      const note =
        `The credential expired at ${formatTime(standing.expiresAt)}, and its source gives no other. The copies keep ` +
        "it, but the registry refuses it.";
      events.tell({ type: "Warning", reason: NoticeReason.CredentialExpired, mapping, note });
    },
    succeeded(findings) {
      observe(RefreshResult.Refreshed, mapping);
      if (told !== undefined) {
        const note = "The credential is refreshed again: the copies follow.";
        events.tell({ type: "Normal", reason: NoticeReason.CredentialRefreshed, mapping, note });
      }
      told = undefined;
      hasToldExpiry = false;
      const text = JSON.stringify(findings);
      if (text === toldFindings) return;
      toldFindings = text;
      for (const finding of findings) log.warn({ registry: mapping, ...finding }, "credential finding");
    },
  };
}

function describeRest(standing: Validity | undefined): string {
  if (standing === undefined) return "The copies keep what they have.";
  return `The copies keep the last one, which is good until ${formatTime(standing.expiresAt)}.`;
}
