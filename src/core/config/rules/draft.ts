import { isJsonObject } from "../../json/json-object.ts";
import { defaultSecretName } from "../defaults.ts";
import type { Problem } from "../problem.ts";
import type { CredentialsConfig, NamespacesConfig, NamespacesDocument } from "../schema.ts";

/**
 * What can be relied on of one mapping while others of its fields may be wrong, so that rules across fields don't wait
 * until everything else is right.
 */
export type MappingDraft = {
  readonly index: number;
  readonly name: string | null;
  readonly secretName: string | null;
  readonly hasMatchImages: boolean;
  readonly matchImages: readonly unknown[];
  readonly namespaces: NamespacesDraft;
  /** The keys of `credentials`, whatever they are. */
  readonly sources: readonly string[];
  /** Undefined where none are written, null where they cannot be relied on. */
  readonly credentials: CredentialsConfig | undefined | null;
};

/** The parts of `namespaces`: undefined where one is not written, null where it cannot be relied on. */
export type NamespacesDraft = {
  readonly [Part in keyof NamespacesConfig]: NamespacesConfig[Part] | undefined | null;
};

const PARTS = ["include", "exclude", "selector"] as const;

/** Drafts of the mappings of a config in which these problems have been found. */
export function draftMappings(value: unknown, problems: readonly Problem[]): readonly MappingDraft[] {
  const registries = isJsonObject(value) ? value.registries : undefined;
  if (!Array.isArray(registries)) return [];
  const unsound = Map.groupBy(problems.filter(isError), ({ path }) => path[1]);
  return registries.flatMap((entry, index) =>
    isJsonObject(entry) ? [draftMapping(entry, index, unsound.get(index) ?? [])] : [],
  );
}

function draftMapping(
  entry: Readonly<Record<string, unknown>>,
  index: number,
  problems: readonly Problem[],
): MappingDraft {
  const name = typeof entry.name === "string" ? entry.name : null;
  const implied = name === null ? null : defaultSecretName(name);
  const written = typeof entry.secretName === "string" ? entry.secretName : null;
  return {
    index,
    name,
    secretName: entry.secretName === undefined ? implied : written,
    hasMatchImages: entry.matchImages !== undefined,
    matchImages: Array.isArray(entry.matchImages) ? entry.matchImages : [],
    namespaces: draftNamespaces(entry.namespaces, problems.filter(isAbout("namespaces"))),
    sources: isJsonObject(entry.credentials) ? Object.keys(entry.credentials) : [],
    credentials: draftCredentials(entry.credentials, problems.some(isAbout("credentials"))),
  };
}

function draftNamespaces(written: unknown, problems: readonly Problem[]): NamespacesDraft {
  const unsound = new Set(problems.map(({ path }) => path[3]));
  const isOdd = [...unsound].some((part) => !PARTS.some((known) => known === part));
  // Whatever has no problem of its own has been checked and has the schema's type.
  const { include, exclude, selector } = (isJsonObject(written) ? written : {}) as NamespacesDocument;
  const parts = { include, exclude, selector };
  // A key that nobody knows may be one that is spelt wrong, so that what is absent may have been meant.
  const rely = (part: (typeof PARTS)[number]): boolean =>
    !unsound.has(part) && !(isOdd && parts[part] === undefined);
  return {
    include: rely("include") ? include : null,
    exclude: rely("exclude") ? exclude : null,
    selector: rely("selector") ? selector : null,
  };
}

function draftCredentials(written: unknown, isUnsound: boolean): MappingDraft["credentials"] {
  if (written === undefined) return undefined;
  return isUnsound ? null : (written as CredentialsConfig);
}

function isError({ path, severity }: Problem): boolean {
  return severity === "error" && path[0] === "registries";
}

function isAbout(part: "namespaces" | "credentials"): (problem: Problem) => boolean {
  return ({ path }) => path[2] === part;
}
