import type { Severity } from "./issue.ts";

/** The keys and list positions that lead to a value. */
export type Path = readonly (string | number)[];

/** What is wrong with a value, before it is known where that value stands in the file. */
export type Problem = {
  readonly path: Path;
  readonly message: string;
  readonly severity: Severity;
  /** Whether to point at the last key of the path or at its value. */
  readonly at: "key" | "value";
};

/** What a check of one text has to say about it. */
export type Remark = { readonly severity: Severity; readonly message: string };

/** A problem because of which the config is refused. */
export function error(path: Path, message: string): Problem {
  return { path, message, severity: "error", at: "value" };
}

/** A problem that a person should look at, in a config that works. */
export function warning(path: Path, message: string): Problem {
  return { path, message, severity: "warning", at: "value" };
}

/** A problem with a key itself, whatever its value. */
export function keyError(path: Path, message: string): Problem {
  return { path, message, severity: "error", at: "key" };
}

/** A path as people write it: `registries[0].namespaces.selector.matchLabels["example.com/tier"]`. */
export function formatPath(path: Path): string {
  return path.map(formatSegment).join("").replace(/^\./, "");
}

function formatSegment(segment: string | number): string {
  if (typeof segment === "number") return `[${segment}]`;
  return /^[\w-]+$/.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
}
