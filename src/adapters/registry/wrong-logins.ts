import type { Clock } from "../../core/time/clock.ts";
import type { LoginKey } from "./login-key.ts";
import type { Admission } from "./registry-login.ts";

/** What is known of logins that were refused. Several clients may share it, so that none sends again what is wrong. */
export type WrongLogins = {
  /** Logs in, unless that is known to be refused. Whoever comes while the same is being tried waits for what it comes to. */
  attempt(key: LoginKey, logIn: () => Promise<Admission>): Promise<Admission>;
};

export type WrongLoginsOptions = {
  readonly clock: Clock;
  /** How long a refusal holds, in milliseconds. */
  readonly keepFor: number;
};

type Refused = { readonly admission: Admission; readonly until: number };
type Attempt = { readonly login: string; readonly admission: Promise<Admission> };

/** About a megabyte. Beyond that the oldest is forgotten, and tried again. */
const MOST = 10_000;

/**
 * | refused with                         | what is not tried again                                |
 * |--------------------------------------|--------------------------------------------------------|
 * | 401: who logs in is not known        | the account there, whatever it is asked for            |
 * | 403: it may not, or no longer        | the same login: what for may be what it is refused for |
 * | nothing: let in, or nothing was said | nothing                                                |
 */
export function createWrongLogins({ clock, keepFor }: WrongLoginsOptions): WrongLogins {
  const refused = new Map<string, Refused>(); // in the order in which they end
  const attempts = new Map<string, Attempt>();

  function forgetEnded(): void {
    for (const [key, { until }] of refused) {
      if (until > clock.now() && refused.size <= MOST) return;
      refused.delete(key);
    }
  }

  function note({ account, login }: LoginKey, admission: Admission): void {
    if (admission.isAdmitted || admission.refusedWith === null) return;
    const key = admission.refusedWith === 401 ? account : login;
    refused.set(key, { admission, until: clock.now() + keepFor });
    forgetEnded();
  }

  async function begin(key: LoginKey, logIn: () => Promise<Admission>): Promise<Admission> {
    try {
      const admission = await logIn();
      note(key, admission);
      return admission;
    } finally {
      attempts.delete(key.account);
    }
  }

  return {
    async attempt(key, logIn) {
      for (;;) {
        forgetEnded();
        const known = refused.get(key.account) ?? refused.get(key.login);
        if (known !== undefined) return known.admission;
        const other = attempts.get(key.account);
        if (other === undefined) {
          const admission = begin(key, logIn);
          attempts.set(key.account, { login: key.login, admission });
          return admission;
        }
        if (other.login === key.login) return other.admission;
        // Let in or not, it was for something else. Only that the account is not known would be the same here.
        await other.admission.catch(() => undefined);
      }
    },
  };
}
