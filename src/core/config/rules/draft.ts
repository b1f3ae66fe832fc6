import { isJsonObject } from "../../json/json-object.ts";
import { defaultSecretName } from "../defaults.ts";
import type { Problem } from "../problem.ts";
import type { NamespacesDocument } from "../schema.ts";

/**
 * What can be relied on of one mapping while others of its fields may be wrong, so that rules across fields don't wait
 * until everything else is right.
 */
export type MappingDraft = {
  readonly index: number;
  readonly name: string | null;
  readonly secretName: string | null;
  readonly matchImages: readonly unknown[];
  /** Null where there is an error in them. */
  readonly namespaces: NamespacesDocument | null;
};

/** Drafts of the mappings of a config in which these problems have been found. */
export function draftMappings(value: unknown, problems: readonly Problem[]): readonly MappingDraft[] {
  const registries = isJsonObject(value) ? value.registries : undefined;
  if (!Array.isArray(registries)) return [];
  const unsound = new Set(problems.filter(isAboutNamespaces).map(({ path }) => path[1]));
  return registries.flatMap((entry, index) =>
    isJsonObject(entry) ? [draftMapping(entry, index, !unsound.has(index))] : [],
  );
}

function draftMapping(
  entry: Readonly<Record<string, unknown>>,
  index: number,
  hasSoundNamespaces: boolean,
): MappingDraft {
  const name = typeof entry.name === "string" ? entry.name : null;
  const implied = name === null ? null : defaultSecretName(name);
  const written = typeof entry.secretName === "string" ? entry.secretName : null;
  return {
    index,
    name,
    secretName: entry.secretName === undefined ? implied : written,
    matchImages: Array.isArray(entry.matchImages) ? entry.matchImages : [],
    // Its shape has been checked, and nothing was wrong with it.
    namespaces: hasSoundNamespaces ? ((entry.namespaces ?? {}) as NamespacesDocument) : null,
  };
}

function isAboutNamespaces({ path, severity }: Problem): boolean {
  return severity === "error" && path[0] === "registries" && path[2] === "namespaces";
}
