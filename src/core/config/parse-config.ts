import { checkConfig } from "./check-config.ts";
import { applyDefaults } from "./defaults.ts";
import type { Issue } from "./issue.ts";
import type { Config, ConfigDocument } from "./schema.ts";
import { readYaml } from "./yaml-source.ts";

/** A config that works, perhaps with warnings, or everything that is wrong with it, in the order of the file. */
export type ParsedConfig =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Reads a config file: syntax, then schema and rules across fields, then defaults. Never throws. */
export function parseConfig(text: string): ParsedConfig {
  const yaml = readYaml(text);
  if (!yaml.ok) return yaml;
  const { value, locate } = yaml.source;
  const issues = [...yaml.flaws, ...checkConfig(value).map(locate)].sort(byPosition);
  if (issues.some(({ severity }) => severity === "error")) return { ok: false, issues };
  // No error means that it has the schema's type.
  return { ok: true, config: applyDefaults(value as ConfigDocument), warnings: issues };
}

function byPosition(a: Issue, b: Issue): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
