import { DATA_KEY } from "../copy/copy.ts";
import type { Origin } from "../copy/origin.ts";
import type { CredentialFinding, Credentials } from "../credential/credentials.ts";
import { createKeyring } from "../credential/keyring-lookup.ts";
import { Redacted } from "../credential/redacted.ts";
import { remembering } from "../match/remembering.ts";
import type { Secret } from "../secret/secret.ts";
import { type PullSecretReading, readPullSecret } from "./read-pull-secret.ts";

/** What the audit remembers of a Secret: no credential, and one object for all Secrets of which the same is true. */
export type PullSecretFacts = {
  readonly isManaged: boolean;
  /** Whether it is a copy that differs from its origin. */
  readonly isStale: boolean;
  readonly reading: "read" | "ignored" | "refused";
  /** Why it is ignored or refused: the rest of a sentence about it. */
  readonly problem: string;
  /** Whether it has a key for a repository such as `docker.io/library/nginx`. */
  readonly serves: (repository: string) => boolean;
};

/** Makes facts of a Secret; `origin` is that of the mapping whose copies have its name. */
export type FactsMaker = (secret: Secret, isManaged: boolean, origin: Origin | undefined) => PullSecretFacts;

/** A cluster has thousands of copies with the same content. */
export function createFactsMaker(): FactsMaker {
  const known = new Map<string, PullSecretFacts>();
  return (secret, isManaged, origin) => {
    const reading = readPullSecret(secret);
    const isStale =
      isManaged && origin?.kind === "ready" && secret.data?.[DATA_KEY] !== origin.dockerConfigJson.reveal();
    const servers = reading.kind === "read" ? [...reading.credentials.keys(), ...reading.empty.keys()] : [];
    const problem = describe(reading);
    const key = JSON.stringify([isManaged, isStale, reading.kind, problem, servers]);
    const facts = known.get(key) ?? {
      isManaged,
      isStale,
      reading: reading.kind,
      problem,
      serves: servesAny(servers),
    };
    known.set(key, facts);
    return facts;
  };
}

/** The problems of a Secret in one sentence. */
export function joinProblems(problems: readonly CredentialFinding[]): string {
  return problems.map(({ path, message }) => `${path} ${message}`.trim()).join("; ");
}

function describe(reading: PullSecretReading): string {
  if (reading.kind === "read") return "";
  return reading.kind === "ignored" ? reading.message : joinProblems(reading.problems);
}

function servesAny(servers: readonly string[]): (repository: string) => boolean {
  if (servers.length === 0) return () => false;
  const nothing = { username: "", password: new Redacted("") };
  const credentials: Credentials = new Map(servers.map((server) => [server, nothing]));
  const keyring = createKeyring([{ owner: null, credentials }]);
  return remembering((repository) => keyring.lookUp(repository).length > 0);
}
