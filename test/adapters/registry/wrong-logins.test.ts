import t from "tap";
import { loginKey } from "../../../src/adapters/registry/login-key.ts";
import type { Admission } from "../../../src/adapters/registry/registry-login.ts";
import { createWrongLogins } from "../../../src/adapters/registry/wrong-logins.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import { type Authentication, bearerAuthorization } from "../../../src/core/verify/token-request.ts";
import { fakeClock } from "../../builders/fake-clock.ts";

const KEEP_FOR = 900_000;
const HOST = "https://a.example.com/";
const LET_IN: Admission = { isAdmitted: true, authorization: bearerAuthorization(new Redacted("t")) };

function turnedAway(refusedWith: number | null): Admission {
  return {
    isAdmitted: false,
    refusedWith,
    status: refusedWith,
    outcome: { verdict: "WrongCredentials", detail: "no" },
  };
}

type Parts = {
  readonly host?: string;
  /** With it the login is one at a token service. */
  readonly service?: string;
  readonly realm?: string;
  readonly username?: string;
  readonly password?: string;
  readonly scopes?: readonly string[];
};

/** Logins, each a try with what it comes to, which a test may hold back. */
function world() {
  const clock = fakeClock();
  const wrongLogins = createWrongLogins({ clock, keepFor: KEEP_FOR });
  let sent = 0;

  function logIn(parts: Parts, answer: Admission | Promise<Admission>): Promise<Admission> {
    const { host = HOST, service, realm = "https://tokens.example.com/t" } = parts;
    const { username = "robot", password = "stale", scopes } = parts;
    const authentication: Authentication =
      service === undefined
        ? { kind: "basic" }
        : { kind: "bearer", realm: new URL(realm), service, scopes: [] };
    const credential = { username, password: new Redacted(password) };
    return wrongLogins.attempt(loginKey(new URL(host), authentication, credential, scopes), async () => {
      sent += 1;
      return answer;
    });
  }
  return { clock, logIn, sent: () => sent };
}

t.test("which login is the same as one that was refused", async (t) => {
  const rows: readonly (readonly [
    what: string,
    first: Parts,
    second: Parts,
    status: number,
    sent: number,
  ])[] = [
    ["the very same", {}, {}, 401, 1],
    ["the same, which may not", {}, {}, 403, 1],
    ["another spelling of the host", {}, { host: "https://A.example.com:443" }, 401, 1],
    ["another host", {}, { host: "https://b.example.com/" }, 401, 2],
    ["another port", {}, { host: "https://a.example.com:5000/" }, 401, 2],
    ["another user", {}, { username: "other" }, 401, 2],
    ["another password", {}, { password: "new" }, 401, 2],
    ["what only reads alike", { username: "a:b" }, { username: "a", password: "b:stale" }, 401, 2],
    [
      "two registries behind one token service",
      { service: "s" },
      { service: "s", host: "https://b.example.com/" },
      401,
      1,
    ],
    ["of which each has its service", { service: "a" }, { service: "b" }, 401, 1],
    ["that refuses one service", { service: "a" }, { service: "b" }, 403, 2],
    ["that knows nobody", {}, { scopes: ["b"] }, 401, 1],
    ["for the same image", { scopes: ["a"] }, { scopes: ["a"] }, 401, 1],
    ["that refuses one image", { scopes: ["a"] }, { scopes: ["b"] }, 403, 2],
    [
      "another token service",
      { service: "s" },
      { service: "s", realm: "https://other.example.com/t" },
      401,
      2,
    ],
    ["a registry that no longer asks for a token", { service: "s" }, {}, 401, 2],
  ];
  for (const [what, first, second, status, sent] of rows) {
    const { logIn, sent: count } = world();
    const refusal = turnedAway(status);
    t.equal(await logIn(first, refusal), refusal, what);
    const again = await logIn(second, LET_IN);
    t.equal(again, sent === 1 ? refusal : LET_IN, what);
    t.equal(count(), sent, what);
  }
});

t.test("what is refused for an image is tried for no other, which is told so", async (t) => {
  for (const other of [{ scopes: ["b"] }, {}]) {
    const { logIn, sent } = world();
    await logIn({ scopes: ["a"] }, turnedAway(401));
    t.same(await logIn(other, LET_IN), {
      isAdmitted: false,
      refusedWith: null,
      status: null,
      outcome: {
        verdict: "Inconclusive",
        detail: "not tried for this image, so that no account is locked: for another one, no",
      },
    });
    t.equal(sent(), 1);
  }
  const { logIn } = world();
  const own = turnedAway(403);
  await logIn({ scopes: ["a"] }, own);
  await logIn({ scopes: ["b"] }, turnedAway(401));
  t.equal(await logIn({ scopes: ["a"] }, LET_IN), own, "what was tried is told its own answer");
});

t.test("an account that is let in for an image has no wrong password, for a time", async (t) => {
  const { clock, logIn, sent } = world();
  await logIn({ scopes: ["a"] }, LET_IN);
  for (const status of [401, 403]) {
    const scopes = [String(status)];
    for (const answer of [turnedAway(status), LET_IN]) {
      t.match(await logIn({ scopes }, answer), { outcome: { verdict: "NoPullRight" } });
    }
  }
  t.equal(await logIn({ scopes: ["b"] }, LET_IN), LET_IN);
  t.equal(sent(), 4);
  clock.advance(KEEP_FOR);
  t.match(await logIn({ scopes: ["c"] }, turnedAway(401)), { outcome: { verdict: "WrongCredentials" } });
  t.match(await logIn({ scopes: ["d"] }, LET_IN), { outcome: { verdict: "Inconclusive" } });
});

t.test("that it is let in without an image, as anybody may be, proves nothing", async (t) => {
  const { logIn, sent } = world();
  await logIn({}, LET_IN);
  await logIn({ scopes: ["a"] }, turnedAway(401));
  await logIn({ scopes: ["b"] }, turnedAway(401));
  t.equal(sent(), 2);
});

t.test("images of an account that is let in are tried side by side", async (t) => {
  const { logIn, sent } = world();
  const [first, held] = [Promise.withResolvers<Admission>(), Promise.withResolvers<Admission>()];
  const all = [logIn({ scopes: ["a"] }, first.promise)];
  for (const name of ["b", "c", "c"]) all.push(logIn({ scopes: [name] }, held.promise));
  t.equal(sent(), 1, "the others wait");
  first.resolve(LET_IN);
  await all[0];
  await new Promise(setImmediate);
  t.equal(sent(), 3, "the same login is never under way twice");
  held.resolve(LET_IN);
  await Promise.all(all);
});

t.test("only what is refused is not tried again", async (t) => {
  const { logIn, sent } = world();
  for (const answer of [LET_IN, turnedAway(null), LET_IN]) t.equal(await logIn({}, answer), answer);
  const failure = new Error("no connection");
  await t.rejects(logIn({}, Promise.reject(failure)), failure);
  t.equal(await logIn({}, LET_IN), LET_IN);
  t.equal(sent(), 5);
});

t.test("a refusal holds for its time, and whoever asks meanwhile does not prolong it", async (t) => {
  const { clock, logIn, sent } = world();
  await logIn({}, turnedAway(401));
  clock.advance(KEEP_FOR - 1);
  await logIn({}, LET_IN);
  t.equal(sent(), 1);
  clock.advance(1);
  t.equal(await logIn({}, LET_IN), LET_IN);
  t.equal(clock.pending, 0, "no timer waits for the end");
});

t.test("the same login at the same time is tried once, whatever it comes to", async (t) => {
  for (const answer of [turnedAway(401), turnedAway(null), LET_IN]) {
    const { logIn, sent } = world();
    const held = Promise.withResolvers<Admission>();
    const all = Promise.all([1, 2, 3].map(() => logIn({}, held.promise)));
    held.resolve(answer);
    t.same(new Set(await all), new Set([answer]));
    t.equal(sent(), 1);
  }
});

t.test("one account for several services is tried by one of them at a time", async (t) => {
  const rows = [
    [turnedAway(401), 1],
    [turnedAway(403), 3],
    [turnedAway(null), 3],
    [LET_IN, 3],
  ] as const;
  for (const [answer, expected] of rows) {
    const { logIn, sent } = world();
    const held = Promise.withResolvers<Admission>();
    const all = ["a", "b", "c"].map((service) => logIn({ service }, held.promise));
    await new Promise(setImmediate);
    t.equal(sent(), 1, "the others wait");
    held.resolve(answer);
    await Promise.all(all);
    t.equal(sent(), expected);
  }
  const { logIn, sent } = world();
  const held = Promise.withResolvers<Admission>();
  const first = t.rejects(logIn({ service: "a" }, held.promise));
  const second = logIn({ service: "b" }, LET_IN);
  held.reject(new Error("no connection"));
  await first;
  t.equal(await second, LET_IN, "one that fails keeps no other from trying");
  t.equal(sent(), 2);
});

t.test("no more than ten thousand are remembered, and the oldest is forgotten first", async (t) => {
  const { logIn, sent } = world();
  for (let index = 0; index <= 10_000; index++) await logIn({ username: `u${index}` }, turnedAway(401));
  await logIn({ username: "u10000" }, LET_IN);
  await logIn({ username: "u1" }, LET_IN);
  t.equal(sent(), 10_001);
  await logIn({ username: "u0" }, LET_IN);
  t.equal(sent(), 10_002);
});

t.test("no key holds what is sent", async (t) => {
  const credential = { username: "robot", password: new Redacted("open-sesame") };
  const keys = JSON.stringify(loginKey(new URL(HOST), { kind: "basic" }, credential));
  t.notMatch(keys, /open-sesame|robot/);
});
