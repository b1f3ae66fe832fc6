/** Whether a config with this issue is refused (`error`) or works, but probably not as meant (`warning`). */
export type Severity = "error" | "warning";

/** A problem in a config file, with its place. Its message never quotes what could be a credential. */
export type Issue = {
  /** For example `registries[0].matchImages[1]`; empty where the file as a whole is meant. */
  readonly path: string;
  readonly message: string;
  readonly severity: Severity;
  /** One-based; null where the file as a whole is meant. */
  readonly line: number | null;
  readonly column: number | null;
};

/** An issue as one line that editors can jump from: `config.yaml:12:5: error: registries[0].name: …`. */
export function formatIssue(file: string, issue: Issue): string {
  const place = issue.line === null ? file : `${file}:${issue.line}:${issue.column ?? 1}`;
  const subject = issue.path === "" ? "" : `${issue.path}: `;
  return `${place}: ${issue.severity}: ${subject}${issue.message}`;
}
