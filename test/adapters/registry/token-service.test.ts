import t from "tap";
import { createWrongLogins } from "../../../src/adapters/registry/wrong-logins.ts";
import { systemClock } from "../../../src/adapters/time/system-clock.ts";
import {
  certificate,
  imageAt,
  openClient,
  RIGHT,
  robot,
  startTokenPair,
  TOKEN,
} from "../../builders/registry-client.ts";
import { type Asked, MANIFEST, type RegistryReply, registryServer } from "../../builders/registry-server.ts";

const isScoped = ({ path }: Asked): boolean => path.includes("scope=");

t.test("a token is asked for once to log in, and once for the image", async (t) => {
  const { registry, tokens } = await startTokenPair(t, () => TOKEN);
  t.match(await openClient(t).pull(imageAt(registry.host), robot), { verdict: "Works" });
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

t.test("a wrong password is sent once to a token service, whatever registries name it", async (t) => {
  const refuse = (): RegistryReply => ({ status: 401 });
  const { registry, tokens } = await startTokenPair(t, refuse);
  const realm = (): string => `https://${tokens.host}/token`;
  const { registry: other } = await startTokenPair(t, refuse, { realm });
  const wrongLogins = createWrongLogins({ clock: systemClock, keepFor: 60_000 });
  const clients = [openClient(t, { wrongLogins }), openClient(t, { wrongLogins })];
  const outcomes = await Promise.all(
    clients.flatMap((client) => [
      client.login(registry.host, robot),
      client.login(other.host, robot),
      client.pull(imageAt(other.host), robot),
    ]),
  );
  const detail = `the token service ${tokens.host} refuses the credential (401)`;
  t.same(outcomes, Array(6).fill({ verdict: "WrongCredentials", detail }));
  t.equal(tokens.asked.length, 1, "of two clients that know of each other");

  const alone = openClient(t);
  for (const { host } of [registry, other]) t.match(await alone.login(host, robot), { detail });
  t.equal(tokens.asked.length, 2, "and once by one that is alone");
});

t.test("a token for a service is good for each of its registries", async (t) => {
  const { registry, tokens } = await startTokenPair(t, () => TOKEN);
  const { registry: other } = await startTokenPair(t, () => TOKEN, {
    realm: () => `https://${tokens.host}/token`,
  });
  const client = openClient(t);
  for (const { host } of [registry, other]) t.match(await client.login(host, robot), { verdict: "Works" });
  t.equal(tokens.asked.length, 1);
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
    const { registry } = await startTokenPair(t, serve);
    t.match(await openClient(t).pull(imageAt(registry.host), robot), { verdict, detail }, what);
  }
});

t.test("a refusal with 403 says that it may be the address", async (t) => {
  const { registry, tokens } = await startTokenPair(t, () => ({ status: 403, body: '{"errors": []}' }));
  const detail = `the token service ${tokens.host} refuses the credential (403): it is wrong, has expired, or is not let in from this address`;
  t.same(await openClient(t).login(registry.host, robot), { verdict: "WrongCredentials", detail });
});

t.test("what a registry makes of a good token is told apart", async (t) => {
  const refuse = (error: string) => () => ({
    status: 401,
    headers: { "www-authenticate": `Bearer realm="https://a.example.com",error="${error}"` },
  });
  const rows = [
    [() => MANIFEST, "Works"],
    [refuse("insufficient_scope"), "NoPullRight"],
    [refuse("invalid_token"), "Inconclusive"],
    [() => ({ status: 403 }), "NoPullRight"],
    [() => ({ status: 404 }), "NotFound"],
  ] as const;
  for (const [take, verdict] of rows) {
    const { registry } = await startTokenPair(t, () => TOKEN, { take });
    t.match(await openClient(t).pull(imageAt(registry.host), robot), { verdict });
  }
  const distrusting = await startTokenPair(t, () => TOKEN, { take: refuse("invalid_token") });
  t.match(await openClient(t).login(distrusting.registry.host, robot), {
    verdict: "Inconclusive",
    detail: /does not accept the token/,
  });
});

t.test(
  "a password goes to a token service without TLS only on this machine, or where that is allowed",
  async (t) => {
    const plain = await registryServer(t, () => TOKEN);
    const local = await startTokenPair(t, () => TOKEN, { realm: () => `http://${plain.host}/token` });
    t.match(await openClient(t).pull(imageAt(local.registry.host), robot), { verdict: "Works" });
    const before = plain.asked.length;
    const host = plain.host.replace("127.0.0.1", "0.0.0.0");
    const remote = await startTokenPair(t, () => TOKEN, { realm: () => `http://${host}/token` });
    t.match(await openClient(t).pull(imageAt(remote.registry.host), robot), {
      verdict: "Inconclusive",
      detail: /has no https, so that it gets no credential/,
    });
    t.equal(plain.asked.length, before);
    t.match(await openClient(t, { insecureHosts: [host] }).pull(imageAt(remote.registry.host), robot), {
      verdict: "Works",
    });
  },
);

t.test("a token service that redirects elsewhere does not pass the password on", async (t) => {
  const other = await registryServer(t, () => ({ status: 401 }), certificate);
  const { registry } = await startTokenPair(t, () => ({
    status: 302,
    headers: { location: `https://${other.host}/token` },
  }));
  t.match(await openClient(t).pull(imageAt(registry.host), robot), {
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
    t.match(await openClient(t).pull(imageAt(server.host), robot), {
      verdict: "Inconclusive",
      detail: /redirects to another host/,
    });
    t.match(await openClient(t).login(server.host, robot), {
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
    const { registry, tokens } = await startTokenPair(t, serve, take === undefined ? {} : { take });
    t.match(await openClient(t).pull(imageAt(registry.host), null), { verdict });
    t.match(tokens.asked, [{ authorization: undefined }]);
  }
});

function* endless(): Generator<string> {
  for (;;) yield "x".repeat(64 * 1024);
}
