import { hasWildcard } from "../config/glob-tokens.ts";
import type { NamespacesConfig } from "../config/schema.ts";
import { matchesGlob, parseGlob } from "../match/glob.ts";
import { remembering } from "../match/remembering.ts";
import { compileLabelSelector, type Labels } from "./label-selector.ts";

/** Which namespaces may have a mapping's credentials. */
export type NamespaceRule = { allows(name: string, labels: Labels): boolean };

/** Prepares a mapping's namespace rules for being asked on every Pod: excluded beats included, and labels come last. */
export function compileNamespaceRule(namespaces: NamespacesConfig): NamespaceRule {
  const isIncluded = compileNames(namespaces.include);
  const isExcluded = compileNames(namespaces.exclude);
  const isNamed = remembering((name) => isIncluded(name) && !isExcluded(name));
  const isSelected = compileLabelSelector(namespaces.selector);
  return { allows: (name, labels) => isNamed(name) && isSelected(labels) };
}

function compileNames(globs: readonly string[]): (name: string) => boolean {
  if (globs.includes("*")) return () => true;
  const literals = new Set(globs.filter((glob) => !hasWildcard(glob)));
  const patterns = globs.filter(hasWildcard).flatMap((glob) => {
    const parsed = parseGlob(glob);
    return parsed === null ? [] : [parsed];
  });
  return (name) => literals.has(name) || patterns.some((pattern) => matchesGlob(pattern, name));
}
