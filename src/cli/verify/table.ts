import { Verdict, type VerifyResult } from "../../core/verify/verdict.ts";
import { printable } from "../printable.ts";

const HEADER = ["VERDICT", "IMAGE OR REGISTRY", "MAPPING", "SECRET", "KEY", "DETAIL"] as const;
const GAP = "  ";

/** The results as a table, with a last line that counts them. */
export function formatResults(results: readonly VerifyResult[]): string {
  if (results.length === 0) return "nothing to verify\n";
  const rows = [HEADER, ...results.map(toRow)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
  const working = results.filter(({ verdict }) => verdict === Verdict.Works).length;
  return `${lines.join("\n")}\n\n${working} of ${results.length} work\n`;
}

function toRow({
  verdict,
  image,
  registry,
  mapping,
  secretName,
  key,
  detail,
}: VerifyResult): readonly string[] {
  const what = image ?? registry;
  return [verdict, what, mapping, secretName, key, detail].map((cell) => printable(cell ?? "-"));
}
