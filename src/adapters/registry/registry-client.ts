import type { RegistryCredential } from "../../core/credential/credentials.ts";
import type { ImageReference } from "../../core/image/reference.ts";
import { inconclusive, type Outcome } from "../../core/verify/verdict.ts";
import { RegistryFailure } from "./registry-failure.ts";
import { createRegistryHttp, type RegistryHttpOptions } from "./registry-http.ts";
import { createSessions } from "./registry-sessions.ts";
import { tryLogin } from "./try-login.ts";
import { tryPull } from "./try-pull.ts";
import { createWrongLogins, type WrongLogins } from "./wrong-logins.ts";

/** Tries credentials at registries. Whatever a registry does is an outcome; the one rejection is the signal's reason. */
export type RegistryClient = {
  /** Asks for an image; without a credential as anybody. */
  pull(reference: ImageReference, credential: RegistryCredential | null): Promise<Outcome>;
  /** Logs in only. */
  login(registry: string, credential: RegistryCredential): Promise<Outcome>;
  close(): void;
};

export type RegistryClientOptions = RegistryHttpOptions & {
  /** What other clients have learned of wrong logins, too. Default: this one learns by itself. */
  readonly wrongLogins?: WrongLogins;
};

/** Makes a client, which remembers what it has learned. */
export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const { clock, wrongLogins = createWrongLogins({ clock, keepFor: Number.POSITIVE_INFINITY }) } = options;
  const http = createRegistryHttp(options);
  const sessions = createSessions(http, wrongLogins);
  return {
    pull: (reference, credential) => learn(tryPull(http, sessions, reference, credential)),
    login: (registry, credential) => learn(tryLogin(http, sessions, registry, credential)),
    close: http.close,
  };
}

async function learn(attempt: Promise<Outcome>): Promise<Outcome> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof RegistryFailure) return inconclusive(error.message);
    throw error;
  }
}
