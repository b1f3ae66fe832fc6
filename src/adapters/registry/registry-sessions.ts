import type { RegistryCredential } from "../../core/credential/credentials.ts";
import type { Authentication } from "../../core/verify/token-request.ts";
import { RegistryFailure } from "./registry-failure.ts";
import type { FinalAnswer, RegistryHttp } from "./registry-http.ts";
import { type Admission, logIn } from "./registry-login.ts";

/** Where a registry is, and how it answered at `/v2/` without a credential. */
export type Door = { readonly host: string; readonly base: URL; readonly answer: FinalAnswer };

/** What is known of registries and credentials by now. All reject as `RegistryHttp` does. */
export type RegistrySessions = {
  knock(host: string): Promise<Door>;
  admit(door: Door, authentication: Authentication, credential: RegistryCredential): Promise<Admission>;
};

/**
 * Each registry is asked once how it wants to be asked, and each credential is tried once: one that is wrong must not lock
 * its account, however many images there are.
 */
export function createSessions(http: RegistryHttp): RegistrySessions {
  const doors = new Map<string, Promise<Door>>();
  const admissions = new Map<string, Promise<Admission>>();

  async function open(host: string): Promise<Door> {
    try {
      return await ping(host, "https:");
    } catch (error) {
      const isPlain = error instanceof RegistryFailure && error.isPlain;
      if (isPlain && http.allowsPlain(new URL(`http://${host}`))) return ping(host, "http:");
      throw error;
    }
  }

  async function ping(host: string, scheme: "https:" | "http:"): Promise<Door> {
    const base = new URL(`${scheme}//${host}`);
    return { host, base, answer: await http.send({ method: "GET", url: new URL("/v2/", base) }) };
  }

  return {
    knock: (host) => remember(doors, host, () => open(host)),
    admit({ base }, authentication, credential) {
      const { username, password } = credential;
      const how =
        authentication.kind === "basic" ? [] : [authentication.realm.href, authentication.service ?? ""];
      const key = JSON.stringify([base.href, how, username, password.reveal()]);
      return remember(admissions, key, () => logIn(http, base, authentication, credential));
    },
  };
}

function remember<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  make: () => Promise<Value>,
): Promise<Value> {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
