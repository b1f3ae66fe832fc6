import { NAMESPACE_NAME_LABEL } from "../../namespace/namespace.ts";
import { compileNamespaceRule } from "../../policy/namespace-rule.ts";
import { completeNamespaces } from "../defaults.ts";
import { globCovers } from "../glob-covers.ts";
import { error, type Path, type Problem, warning } from "../problem.ts";
import type { LabelSelector, NamespacesConfig } from "../schema.ts";
import type { MappingDraft, NamespacesDraft } from "./draft.ts";
import { analyzeSelector } from "./selector-analysis.ts";

/** Namespace rules that allow no namespace make a mapping useless; an include that is always excluded is odd. */
export function checkNamespaces(drafts: readonly MappingDraft[]): readonly Problem[] {
  return drafts.flatMap(({ index, namespaces }) =>
    checkRule(namespaces, ["registries", index, "namespaces"]),
  );
}

function checkRule({ include, exclude, selector }: NamespacesDraft, path: Path): readonly Problem[] {
  const names =
    include === null || exclude === null
      ? null
      : completeNamespaces({ ...(include && { include }), ...(exclude && { exclude }) });
  return [
    ...(names === null ? [] : checkNames(names, path)),
    ...(selector ? checkSelector(selector, names, [...path, "selector"]) : []),
  ];
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

/** `names` are the rules on names, null where they cannot be relied on. */
function checkSelector(
  selector: LabelSelector,
  names: NamespacesConfig | null,
  path: Path,
): readonly Problem[] {
  const { contradiction, required } = analyzeSelector(selector);
  if (contradiction !== null) {
    return [
      error(path, `shadowed by the namespace rules: no namespace can satisfy it, because ${contradiction}`),
    ];
  }
  const wanted = required.get(NAMESPACE_NAME_LABEL);
  if (wanted === undefined || names === null) return [];
  const rule = compileNamespaceRule(names);
  if (wanted.some((name) => rule.allows(name, {}))) return [];
  const message =
    "shadowed by the namespace rules: include and exclude allow none of the namespaces that it names";
  return [error(path, message)];
}
