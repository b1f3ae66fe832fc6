import { hasWildcard } from "../config/glob-tokens.ts";
import type { NamespacesConfig } from "../config/schema.ts";
import { matchesGlob, parseGlob } from "../match/glob.ts";
import { remembering } from "../match/remembering.ts";
import { compileLabelSelector, isEmpty, type Labels } from "./label-selector.ts";

/** In which namespaces something may be: anywhere, or in these and no others. */
export type Scope = "all" | ReadonlySet<string>;

/** Which namespaces may have a mapping's credentials. */
export type NamespaceRule = {
  allows(name: string, labels: Labels): boolean;
  /** Whether nobody can tell without the namespace's labels. */
  needsLabels(name: string): boolean;
  /** The only namespaces that can be allowed, whatever their labels, where no glob includes more than it names. */
  readonly scope: Scope;
};

/** Prepares a mapping's namespace rules for being asked on every Pod: excluded beats included, and labels come last. */
export function compileNamespaceRule(namespaces: NamespacesConfig): NamespaceRule {
  const isIncluded = compileNames(namespaces.include);
  const isExcluded = compileNames(namespaces.exclude);
  const isNamed = remembering((name) => isIncluded(name) && !isExcluded(name));
  const { selector } = namespaces;
  const isSelected = compileLabelSelector(selector);
  return {
    allows: (name, labels) => isNamed(name) && isSelected(labels),
    needsLabels: (name) => !isEmpty(selector) && isNamed(name),
    scope: namespaces.include.some(hasWildcard) ? "all" : new Set(namespaces.include.filter(isNamed)),
  };
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
