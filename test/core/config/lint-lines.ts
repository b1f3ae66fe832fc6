import { formatIssue } from "../../../src/core/config/issue.ts";
import { parseConfig } from "../../../src/core/config/parse-config.ts";

const FILE = "c.yaml";

/** Every issue of a config file, as one line each. */
export function lintLines(text: string): readonly string[] {
  const parsed = parseConfig(text);
  return (parsed.ok ? parsed.warnings : parsed.issues).map((issue) => formatIssue(FILE, issue));
}

/** A config file whose only mapping, `harbor`, has these lines in addition; they start in line 7. */
export function mappingWith(lines: readonly string[]): string {
  return [
    "apiVersion: pullcred.dev/v1",
    "kind: Config",
    "registries:",
    "- name: harbor",
    "  credentials: {secretRef: {name: harbor-creds}}",
    ...(lines.some((line) => line.startsWith("matchImages")) ? [] : ["  matchImages: [harbor.example.com]"]),
    ...lines.map((line) => `  ${line}`),
    "",
  ].join("\n");
}
