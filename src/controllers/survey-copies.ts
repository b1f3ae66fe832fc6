import type { CompiledConfig, Mapping } from "../core/config/compile.ts";
import type { CopyFailures } from "../core/copy/copy-failures.ts";
import { splitCopyKey } from "../core/copy/copy-key.ts";
import { CopyResult } from "../core/copy/copy-result.ts";
import type { Origins } from "../core/copy/origin.ts";
import type { Owners } from "../core/copy/owner.ts";
import type { UnfinishedCopies } from "../core/copy/unfinished-copies.ts";
import type { Namespace } from "../core/namespace/namespace.ts";
import type { NamespaceStore } from "../core/namespace/namespace-store.ts";
import { isOptedOut } from "../core/policy/opt-out.ts";
import type { SecretStore } from "../core/secret/secret-store.ts";
import { type BoundedList, bound } from "../core/status/bounded-list.ts";
import type { CopyState, TroubledCopy } from "../core/status/status-report.ts";
import type { CopyWriter } from "./copy-writer.ts";
import { stateOf } from "./count-copies.ts";

export type SurveyOptions = {
  readonly config: CompiledConfig;
  readonly secrets: SecretStore;
  readonly namespaces: NamespaceStore;
  readonly unfinished: UnfinishedCopies;
  readonly origins: Origins;
  readonly owners: Owners;
  readonly failures: CopyFailures;
  readonly writer: CopyWriter;
  readonly ownNamespace: string;
};

/** How a mapping's copies are, and where they are not as they should be. */
export type CopySurvey = {
  readonly copies: Readonly<Record<CopyState, number>>;
  readonly troubled: BoundedList<TroubledCopy>;
};

/** So many are named: whoever has more begins with these. */
const MOST_TROUBLED = 20;
/** What keeps Pods from pulling comes first. */
const ORDER: readonly TroubledCopy["state"][] = ["missing", "stale", "foreign"];

/** Looks at what stands and at what should, outside of pullcred's own namespace. Asks nobody. */
export function createSurvey(options: SurveyOptions): (mapping: Mapping) => CopySurvey {
  const { secrets, ownNamespace, writer } = options;
  const promised = groupPromised(options.unfinished);
  const eager = listEager(options);

  return (mapping) => {
    const places: Record<CopyState, string[]> = { current: [], stale: [], missing: [], foreign: [] };
    for (const secret of secrets.list(mapping.secretName)) {
      const { namespace } = secret.metadata;
      if (namespace === ownNamespace) continue;
      places[stateOf(secret, mapping, writer)].push(namespace);
    }
    places.missing.push(...findMissing(mapping));
    const troubled = ORDER.flatMap((state) =>
      places[state].toSorted().map((namespace) => ({ namespace, state })),
    );
    const { items, more } = bound(troubled, MOST_TROUBLED);
    const explained = items.map((copy) => ({ ...copy, ...explain(options, mapping, copy) }));
    return { copies: count(places), troubled: { items: explained, more } };
  };

  function findMissing({ secretName, namespaces }: Mapping): ReadonlySet<string> {
    const isMissing = (namespace: string): boolean =>
      namespace !== ownNamespace && secrets.peek(namespace, secretName) === undefined;
    // What stands is looked at first: that is nearly all, and the cheaper question.
    const due = eager.filter(({ name, labels }) => isMissing(name) && namespaces.allows(name, labels));
    return new Set([...(promised.get(secretName) ?? []).filter(isMissing), ...due.map(({ name }) => name)]);
  }
}

function count(places: Readonly<Record<CopyState, readonly string[]>>): CopySurvey["copies"] {
  const { current, stale, missing, foreign } = places;
  return {
    current: current.length,
    stale: stale.length,
    missing: missing.length,
    foreign: foreign.length,
  };
}

function groupPromised(unfinished: UnfinishedCopies): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const key of unfinished.list()) {
    const { namespace, name } = splitCopyKey(key);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [namespace]);
    else group.push(namespace);
  }
  return groups;
}

/** The namespaces that may get copies before a Pod asks. */
function listEager({ config, namespaces }: SurveyOptions): readonly Namespace[] {
  if (config.provisioning !== "eager") return [];
  return namespaces.list().filter((place) => !place.terminating && !isOptedOut(place));
}

function explain(
  { origins, owners, namespaces, failures }: SurveyOptions,
  { name, secretName }: Mapping,
  { namespace, state }: Pick<TroubledCopy, "namespace" | "state">,
): Pick<TroubledCopy, "reason" | "message"> {
  const message = failures.of(secretName, namespace) ?? null;
  const because = (reason: CopyResult): Pick<TroubledCopy, "reason" | "message"> => ({
    reason,
    message: null,
  });
  if (state === "foreign") return because(CopyResult.Foreign);
  if (namespaces.peek(namespace)?.terminating) return because(CopyResult.NamespaceTerminating);
  if (origins.of(name).kind !== "ready") return because(CopyResult.NoCredential);
  if (owners.of(secretName, namespace).kind === "gone") return because(CopyResult.Withdrawn);
  return message === null ? because(CopyResult.Delayed) : { reason: CopyResult.Failed, message };
}
