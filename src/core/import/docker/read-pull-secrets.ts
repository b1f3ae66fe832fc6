import type { Findings, FoundMapping, ImportNote, ImportOptions, PlannedSource } from "../found.ts";
import type { InputDocument } from "../input-document.ts";
import { originFromSecret } from "../origin-command.ts";
import { isPullSecret, type PullSecret, type SecretMaker, toPullSecret } from "./pull-secret.ts";
import { type Reference, readReferences } from "./pull-secret-reference.ts";
import { parseServers, type RegistryEntries, readRegistryEntries } from "./registry-entries.ts";

/** The Secrets and ServiceAccounts of a cluster that people have wired by hand. */
export type WiredByHand = {
  readonly secrets: readonly InputDocument[];
  readonly serviceAccounts: readonly InputDocument[];
  /** The tools whose own configuration is part of the input, so that nothing has to be said of their Secrets. */
  readonly tools: ReadonlySet<SecretMaker>;
};

/** What to import instead of what a tool has written. */
const OF_TOOLS: Readonly<Partial<Record<SecretMaker, string>>> = {
  "acr-credential-helper":
    "is written by acr-credential-helper, and its token ends by itself: import ConfigMap kube-system/acr-configuration",
  "tcr-assistant": "is written by Tencent's TCR add-on: import its ImagePullSecret objects",
};

type Read = { readonly secret: PullSecret; readonly entries: RegistryEntries };

/** Brings equal credentials, which stand in many namespaces, together in one mapping for these namespaces. */
export function readPullSecrets(wired: WiredByHand, options: ImportOptions): Findings {
  const read = (documents: readonly InputDocument[]): readonly PullSecret[] =>
    documents
      .map((document) => toPullSecret(document, options.namespace))
      .filter(({ namespace }) => namespace !== options.ownNamespace)
      .sort(byPlace);
  const secrets = read(wired.secrets.filter(({ value }) => isPullSecret(value)));
  const others = read(wired.secrets.filter(({ value }) => !isPullSecret(value)));
  const references = wired.serviceAccounts.flatMap((document) => readReferences(document, options.namespace));
  const notes = [...noteTools(secrets, wired.tools), ...noteDangling(references, secrets, others, options)];
  const decoded = secrets
    .filter(({ maker }) => maker === "somebody")
    .flatMap((secret) => {
      const entries = readSecret(secret, options.region, notes);
      return entries === null ? [] : [{ secret, entries }];
    });
  const groups = Map.groupBy(
    decoded.filter(({ entries }) => entries.lasting.length > 0),
    ({ entries }) => entries.identity,
  );
  const lasting = [...groups.values()].map((group) => toMapping(group, references, options));
  const renewed = decoded.flatMap(({ secret, entries }) =>
    entries.renewed.map(
      ({ mapping }): FoundMapping => ({ ...mapping, include: [secret.namespace], from: [secret.place] }),
    ),
  );
  return { mappings: [...lasting, ...renewed], notes };
}

function readSecret(
  secret: PullSecret,
  region: string | undefined,
  notes: ImportNote[],
): RegistryEntries | null {
  const { place, key, content } = secret;
  const path = `${place}: data[${JSON.stringify(key)}]`;
  if (!content.ok) {
    notes.push({ path, message: `${content.problem}: nothing was made of it` });
    return null;
  }
  const parsed = parseServers(content.text, key === ".dockercfg");
  if (!parsed.ok) {
    notes.push({ path, message: `${parsed.message}: every pull of a Pod that names the Secret fails` });
    return null;
  }
  const entries = readRegistryEntries(parsed.map, key === ".dockercfg" ? "" : "auths", path, region);
  notes.push(...entries.notes);
  for (const [, message] of entries.empty) notes.push({ path, message: `an entry ${message}` });
  return entries;
}

function toMapping(
  group: readonly Read[],
  references: readonly Reference[],
  options: ImportOptions,
): FoundMapping {
  const secrets = group.map(({ secret }) => secret);
  const first = secrets[0] as PullSecret;
  const namespaces = [...new Set(secrets.map(({ namespace }) => namespace))];
  return {
    key: `secret ${first.namespace}/${first.name}`,
    names: [first.name, `${first.name}-${first.namespace}`],
    from: secrets.map(({ place, namespace, name }) => {
      const naming = references.filter((one) => one.namespace === namespace && one.secret === name);
      const names = naming.map(({ account }) => account).join(", ");
      return names === "" ? place : `${place}, which the ServiceAccount ${names} names`;
    }),
    matchImages: [...new Set(group.flatMap(({ entries }) => entries.lasting))],
    include: namespaces,
    plan: (mapping) => planOrigin(first, `${mapping}-creds`, options),
  };
}

function planOrigin(secret: PullSecret, name: string, { ownNamespace }: ImportOptions): PlannedSource {
  const command = originFromSecret(ownNamespace, name, secret, secret.key);
  const steps = [{ path: secret.place, message: `make the Secret ${name} of it`, command }];
  return { credentials: { secretRef: { name } }, steps };
}

function noteDangling(
  references: readonly Reference[],
  secrets: readonly PullSecret[],
  others: readonly PullSecret[],
  { ownNamespace }: ImportOptions,
): readonly ImportNote[] {
  const isAmong = (list: readonly PullSecret[]): ((reference: Reference) => boolean) => {
    const names = new Set(list.map(({ namespace, name }) => `${namespace}/${name}`));
    return ({ namespace, secret }) => names.has(`${namespace}/${secret}`);
  };
  const isKnown = isAmong(secrets);
  const isOther = isAmong(others);
  return references
    .filter((reference) => reference.namespace !== ownNamespace && !isKnown(reference))
    .map((reference) => {
      const why = isOther(reference)
        ? "whose type holds no pull credential: kubelet passes it over"
        : "which is not in the input as a pull secret";
      return { path: reference.place, message: `names ${reference.secret}, ${why}` };
    });
}

/** One note for all Secrets of a tool: there is one in each namespace. */
function noteTools(secrets: readonly PullSecret[], tools: ReadonlySet<SecretMaker>): readonly ImportNote[] {
  const groups = Map.groupBy(secrets, ({ maker }) => maker);
  return [...groups].flatMap(([maker, [first]]) => {
    const message = OF_TOOLS[maker];
    return message === undefined || first === undefined || tools.has(maker)
      ? []
      : [{ path: first.place, message }];
  });
}

function byPlace(a: PullSecret, b: PullSecret): number {
  return compare(a.namespace, b.namespace) || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
