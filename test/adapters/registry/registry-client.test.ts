import t from "tap";
import { trustAlso } from "../../../src/adapters/registry/registry-trust.ts";
import { makeSelfSigned } from "../../../src/adapters/tls/self-signed.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import {
  ASK,
  certificate,
  imageAt,
  openClient,
  RIGHT,
  robot,
  startTokenPair,
  TOKEN,
  withPassword,
} from "../../builders/registry-client.ts";
import { type Asked, MANIFEST, type RegistryReply, registryServer } from "../../builders/registry-server.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

t.test(
  "a registry is asked as containerd asks it, with the credential only where it wants one",
  async (t) => {
    const server = await registryServer(t, withPassword, certificate);
    const client = openClient(t);
    t.match(await client.pull(imageAt(server.host), robot), { verdict: "Works" });
    const accept = /^application\/vnd\.docker.*oci\.image\.index\.v1\+json, \*\/\*$/;
    t.match(server.asked, [
      { method: "GET", path: "/v2/", authorization: undefined },
      { method: "HEAD", path: "/v2/shop/app/manifests/1", authorization: undefined, accept },
      { method: "GET", path: "/v2/", authorization: RIGHT },
      { method: "HEAD", path: "/v2/shop/app/manifests/1", authorization: RIGHT, accept },
    ]);
    await client.pull(imageAt(server.host, "shop/other"), robot);
    t.equal(server.asked.length, 6, "what is known by now is not asked again");
  },
);

t.test("a registry that knows no HEAD is asked by GET", async (t) => {
  const server = await registryServer(
    t,
    (asked) => (asked.method === "HEAD" ? { status: 405 } : withPassword(asked)),
    certificate,
  );
  t.match(await openClient(t).pull(imageAt(server.host), robot), { verdict: "Works" });
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
    t.match(await openClient(t).pull(imageAt(server.host), robot), { verdict: "Inconclusive", detail }, what);
    t.match(
      await openClient(t).login(server.host, robot),
      { verdict: "Inconclusive" },
      `${what}, without an image`,
    );
  }
});

t.test("a registry that has too much to do is left alone", async (t) => {
  const server = await registryServer(t, () => ({ status: 429 }), certificate);
  const client = openClient(t);
  for (const name of ["a", "b", "c"]) {
    t.match(await client.pull(imageAt(server.host, name), robot), { verdict: "Inconclusive" });
  }
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
    const client = openClient(t, { trust: ca === undefined ? undefined : trustAlso(ca) });
    t.match(await client.pull(imageAt(server.host), robot), { verdict: "Inconclusive", detail });
    t.same(server.asked, [], "nothing was sent");
  }
  const nobody = await openClient(t).pull(imageAt("nowhere.invalid"), robot);
  t.match(nobody, { verdict: "Inconclusive", detail: /could not reach nowhere\.invalid/ });
});

t.test("the remedy is the option of whoever asks, by its name there", async (t) => {
  const optionNames = { caFile: "--their-ca", insecureHost: "--their-host" };
  const client = openClient(t, { optionNames, trust: undefined });
  const server = await registryServer(t, withPassword, certificate);
  t.match(await client.pull(imageAt(server.host), robot), { detail: /: give its CA with --their-ca$/ });
  const { registry } = await startTokenPair(t, () => TOKEN, { realm: () => "http://tokens.example.com/" });
  const trusting = openClient(t, { optionNames });
  const detail =
    "the token service tokens.example.com has no https, so that it gets no credential: --their-host allows it";
  t.match(await trusting.pull(imageAt(registry.host), robot), { detail });
});

t.test("a certificate of no matter is one of --insecure-host", async (t) => {
  const other = await makeSelfSigned(["other.example.com"], Date.now(), DAY_MS);
  for (const insecure of ["127.0.0.1", "host and port"]) {
    const server = await registryServer(t, withPassword, other);
    const client = openClient(t, { insecureHosts: [insecure === "127.0.0.1" ? insecure : server.host] });
    t.match(await client.pull(imageAt(server.host), robot), { verdict: "Works" }, insecure);
  }
});

t.test("without TLS nothing is sent, except on this machine", async (t) => {
  const server = await registryServer(t, withPassword);
  t.match(await openClient(t).pull(imageAt(server.host), robot), { verdict: "Works" });
  t.match(await openClient(t).login(server.host, robot), { verdict: "Works" });
  // Another name of this machine, which is no loopback address by itself.
  const host = server.host.replace("127.0.0.1", "0.0.0.0");
  const before = server.asked.length;
  t.match(await openClient(t).pull(imageAt(host), robot), {
    verdict: "Inconclusive",
    detail: /does not speak TLS/,
  });
  t.equal(server.asked.length, before);
  t.match(await openClient(t, { insecureHosts: [host] }).pull(imageAt(host), robot), { verdict: "Works" });
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
  const client = openClient(t);
  for (const name of ["a", "b", "c"]) {
    t.match(await client.pull(imageAt(server.host, name), robot), { verdict: "Works" }, name);
  }
  t.ok(cuts > 0, "a connection was used again");
});

t.test("without a credential the image is had, or a credential is what is missing", async (t) => {
  const rows = [
    [() => MANIFEST, "Works"],
    [() => ASK, "NoCredential"],
    [({ path }: Asked) => (path === "/v2/" ? ASK : { status: 404 }), "NotFound"],
  ] as const;
  for (const [handle, verdict] of rows) {
    const server = await registryServer(t, handle, certificate);
    t.match(await openClient(t).pull(imageAt(server.host), null), { verdict });
  }
});

t.test("an open door tells nothing of the credential, but its images may", async (t) => {
  const server = await registryServer(
    t,
    (asked) => (asked.path === "/v2/" && asked.authorization === undefined ? MANIFEST : withPassword(asked)),
    certificate,
  );
  t.match(await openClient(t).login(server.host, robot), {
    verdict: "Inconclusive",
    detail: /lets anybody in/,
  });
  t.match(await openClient(t).pull(imageAt(server.host), robot), { verdict: "Works" });
  const wrong = { username: "robot", password: new Redacted("wrong") };
  t.match(await openClient(t).pull(imageAt(server.host), wrong), { verdict: "WrongCredentials" });
});

t.test("a page is no image: neither of an application, nor to sign in", async (t) => {
  const page = { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body: "<html>" };
  const rows: readonly (readonly [what: string, (asked: Asked) => RegistryReply])[] = [
    ["a page for everything", () => page],
    [
      "a page to sign in",
      ({ path }) =>
        path === "/users/sign_in" ? page : { status: 302, headers: { location: "/users/sign_in" } },
    ],
    ["a page for whoever has the password", ({ authorization }) => (authorization === RIGHT ? page : ASK)],
  ];
  const detail = /answers, but not with a manifest: is this the registry's host\?$/;
  for (const [what, handle] of rows) {
    const server = await registryServer(t, handle, certificate);
    t.match(await openClient(t).pull(imageAt(server.host), robot), { verdict: "Inconclusive", detail }, what);
  }
});
