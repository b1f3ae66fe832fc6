import type { PullSecretReading } from "../audit/read-pull-secret.ts";
import type { Credentials, RegistryCredential } from "../credential/credentials.ts";
import { findKeyTrap } from "../credential/key-findings.ts";
import { keyringKey } from "../credential/keyring.ts";
import { createKeyring } from "../credential/keyring-lookup.ts";
import { Redacted } from "../credential/redacted.ts";
import { describeServer } from "../credential/server-name.ts";

/** A pull secret that a Pod names, and what kubelet will find under the name. */
export type NamedSecret = {
  readonly name: string;
  readonly found:
    | PullSecretReading
    /** There is none: kubelet passes over the name. */
    | { readonly kind: "missing" }
    /** Nobody could look. */
    | { readonly kind: "unread" };
};

/** One key of one pull secret, as it is for one image. */
export type CredentialStep = {
  readonly secret: string;
  /** The key of `auths` as it is written, without what people wrote in it as a password. */
  readonly key: string;
  /** Whether kubelet tries it for the image; those come first, in kubelet's order. */
  readonly isUsed: boolean;
  /** What most people do not expect of it. */
  readonly note: string | null;
};

type Keyed = {
  readonly name: string;
  readonly credentials: Credentials;
  readonly empty: ReadonlyMap<string, string>;
};

/** The key whose credential kubelet offers for Docker Hub where no other key matches. */
const DEFAULT_REGISTRY = "index.docker.io";
const NOTHING: RegistryCredential = { username: "", password: new Redacted("") };

/** The keys of a Pod's pull secrets as kubelet takes them for an image: those that it tries, in order, and the others. */
export function explainCredentials(
  repository: string,
  secrets: readonly NamedSecret[],
): readonly CredentialStep[] {
  const keyed = secrets.flatMap(({ name, found }) =>
    found.kind === "read" ? [{ name, credentials: found.credentials, empty: found.empty }] : [],
  );
  // With one Secret that kubelet cannot read, it tries none.
  const isFailing = secrets.some(({ found }) => found.kind === "refused");
  const keyring = createKeyring(keyed.map((owner) => ({ owner, credentials: withEmpty(owner) })));
  const tried = isFailing ? [] : keyring.lookUp(repository);
  const isDefaultHidden = tried.length > 0 && isOfDefaultRegistry(repository);
  const used = new Set(tried.map(({ owner, server }) => JSON.stringify([owner.name, server])));
  const others = keyed.flatMap((owner) =>
    serversOf(owner)
      .filter((server) => !used.has(JSON.stringify([owner.name, server])))
      .map((server) => toStep(owner, server, false, unusedNote(server, isDefaultHidden))),
  );
  return [
    ...tried.map(({ owner, server }) => toStep(owner, server, true, usedNote(owner, server))),
    ...others,
  ];
}

function toStep(owner: Keyed, server: string, isUsed: boolean, note: string | null): CredentialStep {
  return { secret: owner.name, key: describeServer(server), isUsed, note };
}

function usedNote(owner: Keyed, server: string): string | null {
  const empty = owner.empty.get(server);
  if (empty !== undefined)
    return `${empty}; kubelet tries what there is, and most registries take it as nobody's`;
  const key = keyringKey(server);
  const twins = serversOf(owner).filter((other) => other !== server && keyringKey(other) === key);
  if (twins.length === 0) return null;
  return "another key of the Secret is the same to kubelet, which tries the two in no fixed order";
}

function unusedNote(server: string, isDefaultHidden: boolean): string | null {
  if (isDefaultHidden && keyringKey(server) === DEFAULT_REGISTRY) {
    return "is tried only where no other key is for the image";
  }
  return findKeyTrap(server, "")?.message ?? null;
}

function isOfDefaultRegistry(repository: string): boolean {
  const credentials = new Map([[DEFAULT_REGISTRY, NOTHING]]);
  return createKeyring([{ owner: null, credentials }]).lookUp(repository).length > 0;
}

function serversOf({ credentials, empty }: Keyed): readonly string[] {
  return [...credentials.keys(), ...empty.keys()];
}

/** kubelet keeps an entry without a credential like any other. */
function withEmpty({ credentials, empty }: Keyed): Credentials {
  return new Map([...credentials, ...[...empty.keys()].map((server) => [server, NOTHING] as const)]);
}
