import t, { type Test } from "tap";
import { createRegistryClient, type RegistryClient } from "../../../src/adapters/registry/registry-client.ts";
import { trustAlso } from "../../../src/adapters/registry/registry-trust.ts";
import { systemClock } from "../../../src/adapters/time/system-clock.ts";
import { makeSelfSigned } from "../../../src/adapters/tls/self-signed.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import { type ImageReference, parseImageReference } from "../../../src/core/image/reference.ts";
import {
  type Asked,
  type RegistryReply,
  type RegistryServer,
  registryServer,
} from "../../builders/registry-server.ts";

const certificate = await makeSelfSigned(["127.0.0.1"], Date.now(), 24 * 60 * 60 * 1000);
const robot = { username: "robot", password: new Redacted("right") };
const RIGHT = `Basic ${Buffer.from("robot:right").toString("base64")}`;
const TOKEN = { status: 200, body: '{"token": "t"}' };

type Pair = { readonly registry: RegistryServer; readonly tokens: RegistryServer };

/** A registry that takes the token `t`, and its token service. */
async function startPair(
  t: Test,
  serve: (asked: Asked) => RegistryReply,
  parts: { readonly realm?: (host: string) => string; readonly take?: (asked: Asked) => RegistryReply } = {},
): Promise<Pair> {
  const tokens = await registryServer(t, serve, certificate);
  const realm = parts.realm?.(tokens.host) ?? `https://${tokens.host}/token`;
  const challenge = { "www-authenticate": `Bearer realm="${realm}",service="s"` };
  const take = parts.take ?? (() => ({ status: 200 }));
  const registry = await registryServer(
    t,
    (asked) => (asked.authorization === "Bearer t" ? take(asked) : { status: 401, headers: challenge }),
    certificate,
  );
  return { registry, tokens };
}

function open(t: Test, insecureHosts: readonly string[] = []): RegistryClient {
  const limits = { timeout: 30_000, maxSockets: 4 };
  const client = createRegistryClient({
    clock: systemClock,
    trust: trustAlso(certificate.ca),
    insecureHosts,
    ...limits,
  });
  t.teardown(() => client.close());
  return client;
}

function image({ host }: RegistryServer): ImageReference {
  const parsed = parseImageReference(`${host}/shop/app:1`);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.reference;
}

const isScoped = ({ path }: Asked): boolean => path.includes("scope=");

t.test("a token is asked for once to log in, and once for the image", async (t) => {
  const { registry, tokens } = await startPair(t, () => TOKEN);
  t.match(await open(t).pull(image(registry), robot), { verdict: "Works" });
  t.match(tokens.asked, [
    { method: "GET", path: "/token?service=s&client_id=pullcred", authorization: RIGHT },
    {
      path: "/token?service=s&client_id=pullcred&scope=repository%3Ashop%2Fapp%3Apull",
      authorization: RIGHT,
    },
  ]);
  t.ok(
    registry.asked.every(({ authorization }) => authorization !== RIGHT),
    "the registry itself never has the password",
  );
});

t.test("what a token service answers is told apart", async (t) => {
  const rows: readonly (readonly [what: string, (asked: Asked) => RegistryReply, string, RegExp])[] = [
    [
      "401",
      () => ({ status: 401 }),
      "WrongCredentials",
      /the token service .* refuses the credential \(401\)/,
    ],
    ["403", () => ({ status: 403 }), "WrongCredentials", /refuses the credential \(403\)/],
    ["the scope only", (asked) => (isScoped(asked) ? { status: 403 } : TOKEN), "NoPullRight", /grant pull/],
    ["429", () => ({ status: 429 }), "Inconclusive", /the token service .* too much to do/],
    ["500 for the scope", (asked) => (isScoped(asked) ? { status: 500 } : TOKEN), "Inconclusive", /\(500\)/],
    ["404", () => ({ status: 404 }), "Inconclusive", /status 404/],
    ["no token", () => ({ status: 200, body: "{}" }), "Inconclusive", /gave no token/],
    [
      "a header's end",
      () => ({ status: 200, body: '{"token": "t\\r\\nx: y"}' }),
      "Inconclusive",
      /gave no token/,
    ],
    ["no end", () => ({ status: 200, body: endless() }), "Inconclusive", /more than 1048576 bytes/],
    ["a cut connection", () => "cut", "Inconclusive", /it closed the connection/],
  ];
  for (const [what, serve, verdict, detail] of rows) {
    const { registry } = await startPair(t, serve);
    t.match(await open(t).pull(image(registry), robot), { verdict, detail }, what);
  }
});

t.test("what a registry makes of a good token is told apart", async (t) => {
  const refuse = (error: string) => () => ({
    status: 401,
    headers: { "www-authenticate": `Bearer realm="https://a.example.com",error="${error}"` },
  });
  const rows = [
    [() => ({ status: 200 }), "Works"],
    [refuse("insufficient_scope"), "NoPullRight"],
    [refuse("invalid_token"), "Inconclusive"],
    [() => ({ status: 403 }), "NoPullRight"],
    [() => ({ status: 404 }), "NotFound"],
  ] as const;
  for (const [take, verdict] of rows) {
    const { registry } = await startPair(t, () => TOKEN, { take });
    t.match(await open(t).pull(image(registry), robot), { verdict });
  }
  const distrusting = await startPair(t, () => TOKEN, { take: refuse("invalid_token") });
  t.match(await open(t).login(distrusting.registry.host, robot), {
    verdict: "Inconclusive",
    detail: /does not accept the token/,
  });
});

t.test(
  "a password goes to a token service without TLS only on this machine, or where that is allowed",
  async (t) => {
    const plain = await registryServer(t, () => TOKEN);
    const local = await startPair(t, () => TOKEN, { realm: () => `http://${plain.host}/token` });
    t.match(await open(t).pull(image(local.registry), robot), { verdict: "Works" });
    const before = plain.asked.length;
    const host = plain.host.replace("127.0.0.1", "0.0.0.0");
    const remote = await startPair(t, () => TOKEN, { realm: () => `http://${host}/token` });
    t.match(await open(t).pull(image(remote.registry), robot), {
      verdict: "Inconclusive",
      detail: /has no https, so that it gets no credential/,
    });
    t.equal(plain.asked.length, before);
    t.match(await open(t, [host]).pull(image(remote.registry), robot), { verdict: "Works" });
  },
);

t.test("a token service that redirects elsewhere does not pass the password on", async (t) => {
  const other = await registryServer(t, () => ({ status: 401 }), certificate);
  const { registry } = await startPair(t, () => ({
    status: 302,
    headers: { location: `https://${other.host}/token` },
  }));
  t.match(await open(t).pull(image(registry), robot), {
    verdict: "Inconclusive",
    detail: /redirects to another host/,
  });
  t.match(other.asked, [{ authorization: undefined }]);
});

t.test(
  "a challenge that a redirect leads to is not answered: it may name anybody's token service",
  async (t) => {
    const thief = await registryServer(t, () => TOKEN, certificate);
    const other = await registryServer(
      t,
      () => ({ status: 401, headers: { "www-authenticate": `Bearer realm="https://${thief.host}/token"` } }),
      certificate,
    );
    const server = await registryServer(
      t,
      ({ path }) => ({ status: 307, headers: { location: `https://${other.host}${path}` } }),
      certificate,
    );
    t.match(await open(t).pull(image(server), robot), {
      verdict: "Inconclusive",
      detail: /redirects to another host/,
    });
    t.match(await open(t).login(server.host, robot), {
      verdict: "Inconclusive",
      detail: /redirects to another host/,
    });
    t.same(thief.asked, []);
  },
);

t.test("without a credential anybody's token is asked for", async (t) => {
  const rows = [
    [() => TOKEN, undefined, "Works"],
    [() => TOKEN, () => ({ status: 401 }), "NoCredential"],
    [() => ({ status: 401 }), undefined, "NoCredential"],
    [() => ({ status: 429 }), undefined, "Inconclusive"],
  ] as const;
  for (const [serve, take, verdict] of rows) {
    const { registry, tokens } = await startPair(t, serve, take === undefined ? {} : { take });
    t.match(await open(t).pull(image(registry), null), { verdict });
    t.match(tokens.asked, [{ authorization: undefined }]);
  }
});

function* endless(): Generator<string> {
  for (;;) yield "x".repeat(64 * 1024);
}
