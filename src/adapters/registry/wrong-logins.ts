import type { Clock } from "../../core/time/clock.ts";
import { inconclusive, Verdict } from "../../core/verify/verdict.ts";
import type { LoginKey } from "./login-key.ts";
import type { Admission } from "./registry-login.ts";

/** What is known of logins that were refused. Several clients may share it, so that none sends again what is wrong. */
export type WrongLogins = {
  /** Logs in, unless that is known to be refused. Whoever comes while the same is being tried waits for what it comes to. */
  attempt(key: LoginKey, logIn: () => Promise<Admission>): Promise<Admission>;
};

export type WrongLoginsOptions = {
  readonly clock: Clock;
  /** How long holds what is known of an account, in milliseconds. */
  readonly keepFor: number;
};

type NotAdmitted = Extract<Admission, { isAdmitted: false }>;
type Refused = { readonly admission: NotAdmitted; readonly key: LoginKey; readonly until: number };

/** About a megabyte. Beyond that the oldest is forgotten, and tried again. */
const MOST = 10_000;

/**
 * | refused with                               | what is not tried again                                     |
 * |--------------------------------------------|-------------------------------------------------------------|
 * | 401 without an image                       | the account there, whatever it is asked for                 |
 * | 401 for an image                           | the same; but other images are told that they are not tried |
 * | 401 for an image, after another was let in | the same login: the account is known to be good             |
 * | 403: it may not, or no longer              | the same login: what for may be what it is refused for      |
 * | nothing: let in, or nothing was said       | nothing                                                     |
 *
 * A 401 for an image may mean a missing right, and other images work: but where it means the account, each would lock it more.
 */
export function createWrongLogins({ clock, keepFor }: WrongLoginsOptions): WrongLogins {
  const refused = new Map<string, Refused>(); // both in the order in which they end
  const letIn = new Map<string, { readonly until: number }>();
  const underWay = new Map<string, Promise<Admission>>();
  /** Of accounts that nobody has let in yet, so that one that is wrong is sent once. */
  const firstOf = new Map<string, Promise<Admission>>();

  function recall(key: LoginKey): Admission | undefined {
    forgetEnded(refused, clock.now());
    const known = refused.get(key.login) ?? refused.get(key.account);
    if (known === undefined) return undefined;
    return known.key.isForImage && known.key.login !== key.login ? notTried(known) : known.admission;
  }

  function isLetIn({ account }: LoginKey): boolean {
    forgetEnded(letIn, clock.now());
    return letIn.has(account);
  }

  function note(key: LoginKey, admission: Admission): Admission {
    const until = clock.now() + keepFor;
    if (admission.isAdmitted) {
      // A token without a scope may be anybody's: only an image proves that the password is right.
      if (key.isForImage) putLast(letIn, key.account, { until });
      return admission;
    }
    if (admission.refusedWith === null) return admission;
    const isOfImage = key.isForImage && isLetIn(key);
    const isOfAccount = admission.refusedWith === 401 && !isOfImage;
    const told = isOfImage ? withoutRight(admission) : admission;
    putLast(refused, isOfAccount ? key.account : key.login, { admission: told, key, until });
    return told;
  }

  async function begin(key: LoginKey, logIn: () => Promise<Admission>): Promise<Admission> {
    const admission = logIn().then((answer) => note(key, answer));
    underWay.set(key.login, admission);
    const isFirst = !firstOf.has(key.account);
    if (isFirst) firstOf.set(key.account, admission);
    try {
      return await admission;
    } finally {
      underWay.delete(key.login);
      if (isFirst) firstOf.delete(key.account);
    }
  }

  return {
    async attempt(key, logIn) {
      for (;;) {
        const known = recall(key) ?? underWay.get(key.login);
        if (known !== undefined) return known;
        const first = firstOf.get(key.account);
        if (first === undefined || isLetIn(key)) return begin(key, logIn);
        // Let in or not, it was for something else. Only that the account is not known would be the same here.
        await first.catch(() => undefined);
      }
    },
  };
}

function notTried({ admission }: Refused): Admission {
  const detail = `not tried for this image, so that no account is locked: for another one, ${admission.outcome.detail}`;
  return { isAdmitted: false, refusedWith: null, status: null, outcome: inconclusive(detail) };
}

function withoutRight(admission: NotAdmitted): NotAdmitted {
  const detail = `the credential is let in for another image, and refused for this one (${admission.refusedWith}): grant pull, or there is no such repository`;
  return { ...admission, outcome: { verdict: Verdict.NoPullRight, detail } };
}

function forgetEnded(map: Map<string, { readonly until: number }>, now: number): void {
  for (const [key, { until }] of map) {
    if (until > now && map.size <= MOST) return;
    map.delete(key);
  }
}

function putLast<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
}
