import t, { type Test } from "tap";
import { createRegistryClient, type RegistryClient } from "../../../src/adapters/registry/registry-client.ts";
import { type RegistryTrust, trustAlso } from "../../../src/adapters/registry/registry-trust.ts";
import { systemClock } from "../../../src/adapters/time/system-clock.ts";
import { makeSelfSigned } from "../../../src/adapters/tls/self-signed.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import { type ImageReference, parseImageReference } from "../../../src/core/image/reference.ts";
import type { Clock } from "../../../src/core/time/clock.ts";
import { eventually } from "../../builders/eventually.ts";
import { fakeClock } from "../../builders/fake-clock.ts";
import { type Asked, type RegistryReply, registryServer } from "../../builders/registry-server.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const certificate = await makeSelfSigned(["127.0.0.1"], Date.now(), DAY_MS);
const robot = { username: "robot", password: new Redacted("right") };
const RIGHT = `Basic ${Buffer.from("robot:right").toString("base64")}`;
const BASIC = { "www-authenticate": 'Basic realm="test"' };
const OK = { status: 200 };
const ASK = { status: 401, headers: BASIC };

type ClientParts = {
  readonly clock?: Clock;
  readonly ca?: string | undefined;
  readonly insecure?: readonly string[];
};

function open(
  t: Test,
  { clock = systemClock, ca = certificate.ca, insecure = [] }: ClientParts = {},
): RegistryClient {
  const limits = { timeout: 30_000, maxSockets: 4 };
  const client = createRegistryClient({ clock, trust: trustOf(ca), insecureHosts: insecure, ...limits });
  t.teardown(() => client.close());
  return client;
}

function trustOf(ca: string | undefined): RegistryTrust | undefined {
  return ca === undefined ? undefined : trustAlso(ca);
}

function image(host: string, name = "shop/app:1"): ImageReference {
  const parsed = parseImageReference(`${host}/${name}`);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.reference;
}

/** Lets in who has the password. */
const withPassword = ({ authorization }: Asked): RegistryReply => (authorization === RIGHT ? OK : ASK);

t.test(
  "a registry is asked as containerd asks it, with the credential only where it wants one",
  async (t) => {
    const server = await registryServer(t, withPassword, certificate);
    const client = open(t);
    t.match(await client.pull(image(server.host), robot), { verdict: "Works" });
    const accept = /^application\/vnd\.docker.*oci\.image\.index\.v1\+json, \*\/\*$/;
    t.match(server.asked, [
      { method: "GET", path: "/v2/", authorization: undefined },
      { method: "HEAD", path: "/v2/shop/app/manifests/1", authorization: undefined, accept },
      { method: "GET", path: "/v2/", authorization: RIGHT },
      { method: "HEAD", path: "/v2/shop/app/manifests/1", authorization: RIGHT, accept },
    ]);
    await client.pull(image(server.host, "shop/other"), robot);
    t.equal(server.asked.length, 6, "what is known by now is not asked again");
  },
);

t.test("a registry that knows no HEAD is asked by GET", async (t) => {
  const server = await registryServer(
    t,
    (asked) => (asked.method === "HEAD" ? { status: 405 } : withPassword(asked)),
    certificate,
  );
  t.match(await open(t).pull(image(server.host), robot), { verdict: "Works" });
});

t.test("what tells nothing of the credential is never called wrong", async (t) => {
  const rows: readonly (readonly [what: string, (asked: Asked) => RegistryReply, RegExp])[] = [
    ["429 at the door", () => ({ status: 429 }), /too much to do \(429\)/],
    ["500 at the door", () => ({ status: 500 }), /broken or overloaded \(500\)/],
    ["503 for the login", ({ authorization }) => (authorization ? { status: 503 } : ASK), /\(503\)/],
    ["429 for the login", ({ authorization }) => (authorization ? { status: 429 } : ASK), /\(429\)/],
    ["403 without asking", () => ({ status: 403 }), /refuses whoever asks/],
    ["401 without a challenge", () => ({ status: 401 }), /does not say how it wants to be asked/],
    [
      "a challenge that nobody knows",
      () => ({ status: 401, headers: { "www-authenticate": "Negotiate" } }),
      /neither Basic nor Bearer/,
    ],
    [
      "a challenge that cannot be read",
      () => ({ status: 401, headers: { "www-authenticate": 'Basic realm="a' } }),
      /cannot be read/,
    ],
    ["a cut connection", () => "cut", /it closed the connection/],
    ["a redirect to nowhere", () => ({ status: 307 }), /redirects to nowhere/],
    ["a redirect in a circle", () => ({ status: 307, headers: { location: "/v2/" } }), /more than 10 times/],
    [
      "a redirect out of TLS",
      () => ({ status: 307, headers: { location: "http://elsewhere.example.com/" } }),
      /but not with https/,
    ],
  ];
  for (const [what, handle, detail] of rows) {
    const server = await registryServer(t, handle, certificate);
    t.match(await open(t).pull(image(server.host), robot), { verdict: "Inconclusive", detail }, what);
    t.match(
      await open(t).login(server.host, robot),
      { verdict: "Inconclusive" },
      `${what}, without an image`,
    );
  }
});

t.test("a registry that has too much to do is left alone", async (t) => {
  const server = await registryServer(t, () => ({ status: 429 }), certificate);
  const client = open(t);
  for (const name of ["a", "b", "c"]) {
    t.match(await client.pull(image(server.host, name), robot), { verdict: "Inconclusive" });
  }
  t.equal(server.asked.length, 1);
});

t.test("a server that hangs is left after a while", async (t) => {
  const clock = fakeClock();
  const server = await registryServer(t, () => "hang", certificate);
  const outcome = open(t, { clock }).pull(image(server.host), robot);
  await eventually("it is asked", () => server.asked.length === 1 || undefined);
  clock.advance(30_000);
  t.same(await outcome, {
    verdict: "Inconclusive",
    detail: `${server.host} did not answer within 30 s`,
  });
  t.equal(clock.pending, 0);
});

t.test("whoever gives up waits for nothing, and asks for nothing more", async (t) => {
  const server = await registryServer(t, () => "hang", certificate);
  const limits = { clock: systemClock, timeout: 30_000, maxSockets: 4, insecureHosts: [] };
  const giving = new AbortController();
  const client = createRegistryClient({ ...limits, trust: trustOf(certificate.ca), signal: giving.signal });
  t.teardown(() => client.close());
  const reason = new Error("given up");
  const asking = t.rejects(client.login(server.host, robot), reason);
  await eventually("it is asked", () => server.asked.length > 0 || undefined);
  giving.abort(reason);
  await asking;
  await t.rejects(client.login(server.host.replace("127.0.0.1", "localhost"), robot), reason);
  t.equal(server.asked.length, 1);
});

t.test("a host that cannot be reached, or trusted, is no wrong credential", async (t) => {
  const other = await makeSelfSigned(["other.example.com"], Date.now(), DAY_MS);
  const past = await makeSelfSigned(["127.0.0.1"], Date.now() - 2 * DAY_MS, DAY_MS);
  const rows = [
    [undefined, certificate, /its certificate is not trusted: give its CA with --ca-file/],
    [other.ca, other, /its certificate is for another host/],
    [past.ca, past, /its certificate has expired/],
  ] as const;
  for (const [ca, served, detail] of rows) {
    const server = await registryServer(t, withPassword, served);
    const limits = { clock: systemClock, timeout: 30_000, maxSockets: 4, insecureHosts: [] };
    const client = createRegistryClient({ trust: trustOf(ca), ...limits });
    t.teardown(() => client.close());
    t.match(await client.pull(image(server.host), robot), { verdict: "Inconclusive", detail });
    t.same(server.asked, [], "nothing was sent");
  }
  const nobody = await open(t).pull(image("nowhere.invalid"), robot);
  t.match(nobody, { verdict: "Inconclusive", detail: /could not reach nowhere\.invalid/ });
});

t.test("a certificate of no matter is one of --insecure-host", async (t) => {
  const other = await makeSelfSigned(["other.example.com"], Date.now(), DAY_MS);
  for (const insecure of ["127.0.0.1", "host and port"]) {
    const server = await registryServer(t, withPassword, other);
    const client = open(t, { insecure: [insecure === "127.0.0.1" ? insecure : server.host] });
    t.match(await client.pull(image(server.host), robot), { verdict: "Works" }, insecure);
  }
});

t.test("without TLS nothing is sent, except on this machine", async (t) => {
  const server = await registryServer(t, withPassword);
  t.match(await open(t).pull(image(server.host), robot), { verdict: "Works" });
  t.match(await open(t).login(server.host, robot), { verdict: "Works" });
  // Another name of this machine, which is no loopback address by itself.
  const host = server.host.replace("127.0.0.1", "0.0.0.0");
  const before = server.asked.length;
  t.match(await open(t).pull(image(host), robot), { verdict: "Inconclusive", detail: /does not speak TLS/ });
  t.equal(server.asked.length, before);
  t.match(await open(t, { insecure: [host] }).pull(image(host), robot), { verdict: "Works" });
});

t.test("no redirect carries a credential to another server", async (t) => {
  const other = await registryServer(t, () => ASK, certificate);
  const server = await registryServer(
    t,
    ({ authorization, path }) =>
      authorization === undefined
        ? ASK
        : { status: 307, headers: { location: `https://${other.host}${path}` } },
    certificate,
  );
  const outcome = await open(t).pull(image(server.host), robot);
  t.match(outcome, {
    verdict: "Inconclusive",
    detail: /redirects to another host, which gets no credential/,
  });
  t.ok(other.asked.length > 0);
  t.ok(other.asked.every(({ authorization }) => authorization === undefined));
});

t.test("a redirect within the registry keeps the credential; one that comes back has lost it", async (t) => {
  const moved = await registryServer(
    t,
    (asked) =>
      asked.path.startsWith("/v2/moved/") || asked.path === "/v2/"
        ? withPassword(asked)
        : { status: 301, headers: { location: asked.path.replace("/v2/", "/v2/moved/") } },
    certificate,
  );
  t.match(await open(t).pull(image(moved.host), robot), { verdict: "Works" });

  const other = await registryServer(
    t,
    () => ({ status: 302, headers: { location: `https://${detour.host}/back` } }),
    certificate,
  );
  const detour = await registryServer(
    t,
    (asked) => {
      if (asked.path === "/back") return { status: 302, headers: { location: "/inside" } };
      const isLedAway = asked.authorization !== undefined && asked.path !== "/v2/";
      return isLedAway
        ? { status: 302, headers: { location: `https://${other.host}/` } }
        : withPassword(asked);
    },
    certificate,
  );
  t.match(await open(t).pull(image(detour.host), robot), { verdict: "Inconclusive", detail: /redirects/ });
  t.match(detour.asked.at(-1), { path: "/inside", authorization: undefined });
});

t.test("a body without an end is not waited for, and cut off", async (t) => {
  let unended = 0;
  function* endless(): Generator<string> {
    unended += 1;
    try {
      for (;;) yield "x".repeat(64 * 1024);
    } finally {
      unended -= 1;
    }
  }
  const server = await registryServer(
    t,
    ({ authorization }) => ({ ...(authorization === RIGHT ? OK : ASK), body: endless() }),
    certificate,
  );
  t.match(await open(t).pull(image(server.host), robot), { verdict: "Works" });
  await eventually("the server stops to write", () => unended === 0 || undefined);
});

t.test("a kept connection that the server has closed meanwhile is opened anew", async (t) => {
  let cuts = 0;
  const server = await registryServer(
    t,
    (asked) => {
      if (!asked.isReused) return withPassword(asked);
      cuts += 1;
      return "cut";
    },
    certificate,
  );
  const client = open(t);
  for (const name of ["a", "b", "c"]) {
    t.match(await client.pull(image(server.host, name), robot), { verdict: "Works" }, name);
  }
  t.ok(cuts > 0, "a connection was used again");
});

t.test("without a credential the image is had, or a credential is what is missing", async (t) => {
  const rows = [
    [() => OK, "Works"],
    [() => ASK, "NoCredential"],
    [({ path }: Asked) => (path === "/v2/" ? ASK : { status: 404 }), "NotFound"],
  ] as const;
  for (const [handle, verdict] of rows) {
    const server = await registryServer(t, handle, certificate);
    t.match(await open(t).pull(image(server.host), null), { verdict });
  }
});

t.test("an open door tells nothing of the credential, but its images may", async (t) => {
  const server = await registryServer(
    t,
    (asked) => (asked.path === "/v2/" && asked.authorization === undefined ? OK : withPassword(asked)),
    certificate,
  );
  t.match(await open(t).login(server.host, robot), { verdict: "Inconclusive", detail: /lets anybody in/ });
  t.match(await open(t).pull(image(server.host), robot), { verdict: "Works" });
  const wrong = { username: "robot", password: new Redacted("wrong") };
  t.match(await open(t).pull(image(server.host), wrong), { verdict: "WrongCredentials" });
});
