import { NAMESPACE_NAME_LABEL } from "../../namespace/namespace.ts";
import { compileNamespaceRule } from "../../policy/namespace-rule.ts";
import { completeNamespaces } from "../defaults.ts";
import { globCovers } from "../glob-covers.ts";
import { error, type Path, type Problem, warning } from "../problem.ts";
import type { NamespacesConfig } from "../schema.ts";
import type { MappingDraft } from "./draft.ts";
import { analyzeSelector } from "./selector-analysis.ts";

/** Namespace rules that allow no namespace make a mapping useless; an include that is always excluded is odd. */
export function checkNamespaces(drafts: readonly MappingDraft[]): readonly Problem[] {
  return drafts.flatMap(({ index, namespaces }) =>
    namespaces === null ? [] : checkRule(completeNamespaces(namespaces), ["registries", index, "namespaces"]),
  );
}

function checkRule(namespaces: NamespacesConfig, path: Path): readonly Problem[] {
  return [...checkNames(namespaces, path), ...checkSelector(namespaces, [...path, "selector"])];
}

function checkNames({ include, exclude }: NamespacesConfig, path: Path): readonly Problem[] {
  const shadowed = include.flatMap((glob, position) => (globCovers(exclude, glob) ? [position] : []));
  if (shadowed.length === include.length) {
    return [
      error(path, "shadowed by the namespace rules: exclude takes away everything that include allows"),
    ];
  }
  return shadowed.map((position) =>
    warning([...path, "include", position], "has no effect: exclude takes away everything that it allows"),
  );
}

function checkSelector(namespaces: NamespacesConfig, path: Path): readonly Problem[] {
  const { contradiction, required } = analyzeSelector(namespaces.selector);
  if (contradiction !== null) {
    return [
      error(path, `shadowed by the namespace rules: no namespace can satisfy it, because ${contradiction}`),
    ];
  }
  const names = required.get(NAMESPACE_NAME_LABEL);
  const rule = compileNamespaceRule({ ...namespaces, selector: {} });
  if (names === undefined || names.some((name) => rule.allows(name, {}))) return [];
  const message =
    "shadowed by the namespace rules: include and exclude allow none of the namespaces that it names";
  return [error(path, message)];
}
