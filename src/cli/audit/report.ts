import { once } from "node:events";
import type { Writable } from "node:stream";
import type { Finding } from "../../core/audit/finding.ts";
import {
  createFindingCounts,
  createFindingGroups,
  type FindingCounts,
  type FindingGroup,
} from "../../core/audit/group-findings.ts";
import { printable } from "../printable.ts";

/** Where findings go while they come. */
export type AuditReport = {
  add(finding: Finding): Promise<void>;
  end(pods: number): Promise<FindingCounts>;
};

/** One JSON document, written as the findings come: however many there are, none is kept. */
export function createJsonReport(stream: Writable): AuditReport {
  const counts = createFindingCounts();
  let isFirst = true;
  return {
    async add(finding) {
      counts.add(finding);
      await write(stream, `${isFirst ? '{"findings":[' : ","}\n  ${JSON.stringify(finding)}`);
      isFirst = false;
    },
    async end(pods) {
      const summary = { pods, ...counts.counts() };
      await write(stream, `${isFirst ? '{"findings":[' : "\n"}],"summary":${JSON.stringify(summary)}}\n`);
      return summary;
    },
  };
}

const HEADER = ["SEVERITY", "FINDING", "NAMESPACE", "WHAT", "COUNT", "DETAIL"] as const;
const GAP = "  ";

/** A table in which the Pods of one owner are one line. */
export function createTextReport(stream: Writable): AuditReport {
  const counts = createFindingCounts();
  const groups = createFindingGroups();
  return {
    async add(finding) {
      counts.add(finding);
      groups.add(finding);
    },
    async end(pods) {
      const summary = counts.counts();
      const { error, warning, info } = summary;
      const last = `${count(pods, "Pod")}: ${count(error, "error")}, ${count(warning, "warning")}, ${count(info, "note")}`;
      const others = groups.others();
      const more = others === 0 ? "" : `and ${count(others, "finding")} more: -o json has all of them\n`;
      await write(stream, `${formatTable(groups.list())}${more}${last}\n`);
      return summary;
    },
  };
}

function formatTable(groups: readonly FindingGroup[]): string {
  if (groups.length === 0) return "";
  const rows = [HEADER, ...groups.map(toRow)];
  const widths = HEADER.map((_, column) =>
    rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
  return `${lines.join("\n")}\n\n`;
}

function toRow({ example, count }: FindingGroup): readonly string[] {
  const { severity, kind, namespace, name, owner, message, remedy } = example;
  const isOwned = owner !== null && !owner.endsWith(`/${name}`);
  const sample = isOwned || count > 1 ? ` (such as ${name})` : "";
  const detail = `${message}${sample}. To do: ${remedy}`;
  const what = owner ?? name ?? example.mapping ?? "-";
  return [severity, kind, namespace ?? "-", what, String(count), detail].map(printable);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Waits while the reader is slower than we are, so that what it has not read is not in memory. */
async function write(stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, "drain");
}
