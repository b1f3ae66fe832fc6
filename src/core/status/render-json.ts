import { formatTime } from "../refresh/expiry.ts";
import { findAttention } from "./attention.ts";
import type { StatusReport } from "./status-report.ts";

/** The keys under which a report has times. */
const TIMES: ReadonlySet<string> = new Set(["at", "startedAt", "loadedAt", "expiresAt", "concludedAt"]);

/** The report for programs: what needs attention first, times in RFC 3339. */
export function renderJson(report: StatusReport): string {
  const document = { attention: findAttention(report), ...report };
  const text = JSON.stringify(document, (key, value: unknown) =>
    typeof value === "number" && TIMES.has(key) ? formatTime(value) : value,
  );
  return `${text}\n`;
}
