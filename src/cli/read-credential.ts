import { createSource } from "../adapters/sources/create-source.ts";
import { secretRefSource } from "../adapters/sources/secret-ref.ts";
import { createMemorySecretStore } from "../adapters/standalone/memory-secret-store.ts";
import { systemClock } from "../adapters/time/system-clock.ts";
import type { Mapping } from "../core/config/compile.ts";
import { neededSecrets } from "../core/config/needed-secrets.ts";
import type { Credentials } from "../core/credential/credentials.ts";
import type { CredentialSource } from "../core/credential/source.ts";
import { PullcredError } from "../core/error.ts";
import { judgeResult } from "../core/refresh/judge-result.ts";
import { readInTime } from "../core/refresh/read-in-time.ts";
import type { Secret } from "../core/secret/secret.ts";
import { StoreError } from "../core/secret/store-error.ts";
import { originName } from "./scopes.ts";

/** What a mapping's credential comes to where a command runs. */
export type ReadCredential =
  | { readonly kind: "read"; readonly credentials: Credentials }
  /** There is none that a copy could be made of. The problem names the place, and mostly the remedy. */
  | { readonly kind: "none"; readonly problem: string }
  /** Nobody could look. */
  | { readonly kind: "unread"; readonly problem: string };

export type ReadCredentialOptions = {
  /** Whether to read the origin that the leader has written, not the source itself. */
  readonly isWritten: boolean;
  readonly secret: (namespace: string, name: string) => Promise<Secret | undefined>;
  readonly ownNamespace: string;
  readonly environment: NodeJS.ProcessEnv;
};

/** As long as the leader waits for a source. */
const LONGEST_READ_MS = 90_000;

/** Reads the credential of a mapping as `serve` has it. Rejects only where the cluster is out of reach. */
export async function readCredential(
  mapping: Mapping,
  options: ReadCredentialOptions,
): Promise<ReadCredential> {
  try {
    const source = await openSource(mapping, options);
    const result = await readInTime(source, LONGEST_READ_MS, systemClock, new AbortController().signal);
    const judged = judgeResult(result, systemClock.now());
    if (judged.isUsable) return { kind: "read", credentials: judged.given.credentials };
    return { kind: "none", problem: judged.problem };
  } catch (error) {
    if (error instanceof PullcredError && error.code === "ClusterUnreachable") throw error;
    const isTellable = error instanceof PullcredError || error instanceof StoreError;
    const problem = `the credential could not be read: ${isTellable ? error.message : "its source failed"}`;
    return { kind: "unread", problem };
  }
}

async function openSource(mapping: Mapping, options: ReadCredentialOptions): Promise<CredentialSource> {
  const { isWritten, secret, ownNamespace, environment } = options;
  const { credentials, matchImages } = mapping;
  const secrets = createMemorySecretStore();
  for (const name of isWritten ? [originName(mapping)] : neededSecrets(credentials)) {
    secrets.load(ownNamespace, name, await secret(ownNamespace, name));
  }
  if (!isWritten) {
    const context = { secrets, ownNamespace, environment, clock: systemClock };
    return createSource({ matchImages, credentials }, context);
  }
  return secretRefSource({
    store: secrets,
    namespace: ownNamespace,
    name: originName(mapping),
    matchImages,
    ...(!("secretRef" in credentials) && { whyMissing: "pullcred writes it when its source gives one" }),
  });
}
