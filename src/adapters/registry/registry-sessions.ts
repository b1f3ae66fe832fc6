import type { RegistryCredential } from "../../core/credential/credentials.ts";
import { isBusy } from "../../core/verify/judge-status.ts";
import type { Authentication } from "../../core/verify/token-request.ts";
import { leaveSilent } from "./leave-silent.ts";
import { loginKey } from "./login-key.ts";
import { RegistryFailure } from "./registry-failure.ts";
import type { FinalAnswer, RegistryHttp } from "./registry-http.ts";
import { type Admission, logIn } from "./registry-login.ts";
import { rememberSettled } from "./remember-settled.ts";
import type { WrongLogins } from "./wrong-logins.ts";

/** Where a registry is, and how it answered at `/v2/` without a credential. */
export type Door = { readonly host: string; readonly base: URL; readonly answer: FinalAnswer };

/** A login for an image: what it is for, and how it is tried. */
export type ImageLogin = { readonly scopes: readonly string[]; logIn(): Promise<Admission> };

/** What is known of registries and credentials by now. All reject as `RegistryHttp` does. */
export type RegistrySessions = {
  knock(host: string): Promise<Door>;
  admit(door: Door, authentication: Authentication, credential: RegistryCredential): Promise<Admission>;
  /**
   * Lets an image decide, where the login without one has not. What it refuses is not sent again either, and whoever gives
   * no answer to it is left alone.
   */
  admitFor(
    image: ImageLogin,
    door: Door,
    authentication: Authentication,
    credential: RegistryCredential,
  ): Promise<Admission>;
};

/**
 * Each registry is asked once how it wants to be asked, and each credential is tried once where it is sent, which may be for
 * several registries: one that is wrong must not lock its account, however many images there are. What is of a moment is
 * not held against the images that follow.
 */
export function createSessions(http: RegistryHttp, wrongLogins: WrongLogins): RegistrySessions {
  const doors = rememberSettled<Door>(({ answer }) => isLasting(answer.status));
  const admissions = rememberSettled<Admission>(
    (admission) => admission.isAdmitted || admission.status === null || isLasting(admission.status),
  );
  const askIfHeard = leaveSilent();

  async function open(host: string): Promise<Door> {
    try {
      return await ping(host, "https:");
    } catch (error) {
      if (mayBePlain(host, error) && http.allowsPlain(new URL(`http://${host}`))) return ping(host, "http:");
      throw error;
    }
  }

  async function ping(host: string, scheme: "https:" | "http:"): Promise<Door> {
    const base = new URL(`${scheme}//${host}`);
    return { host, base, answer: await http.send({ method: "GET", url: new URL("/v2/", base) }) };
  }

  return {
    knock: (host) => doors(host, () => open(host)),
    admit({ base }, authentication, credential) {
      const key = loginKey(base, authentication, credential);
      const attempt = (): Promise<Admission> =>
        wrongLogins.attempt(key, () => logIn(http, base, authentication, credential));
      return admissions(key.login, attempt);
    },
    admitFor({ scopes, logIn }, { base }, authentication, credential) {
      const key = loginKey(base, authentication, credential, scopes);
      return wrongLogins.attempt(key, () => askIfHeard(key.account, logIn));
    },
  };
}

/** Whoever has too much to do is left alone for the rest of the run; whoever is broken may be mended by now. */
function isLasting(status: number): boolean {
  return status === 429 || !isBusy(status);
}

/** Without a port, plain is another port: 80, where somebody may listen although nobody does on 443. */
function mayBePlain(host: string, error: unknown): boolean {
  if (!(error instanceof RegistryFailure)) return false;
  return error.isPlain || (error.isClosed && !/:\d+$/.test(host));
}
