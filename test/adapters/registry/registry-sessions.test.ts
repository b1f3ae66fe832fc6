import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import t from "tap";
import { RegistryFailure } from "../../../src/adapters/registry/registry-failure.ts";
import { createRegistryHttp, type RegistryHttp } from "../../../src/adapters/registry/registry-http.ts";
import type { Admission } from "../../../src/adapters/registry/registry-login.ts";
import { createSessions, type RegistrySessions } from "../../../src/adapters/registry/registry-sessions.ts";
import { createWrongLogins } from "../../../src/adapters/registry/wrong-logins.ts";
import { systemClock } from "../../../src/adapters/time/system-clock.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import {
  certificate,
  imageAt,
  openClient,
  optionNames,
  robot,
  startTokenPair,
  TOKEN,
  withPassword,
} from "../../builders/registry-client.ts";
import { type RegistryReply, registryServer } from "../../builders/registry-server.ts";

const ANSWER = {
  ...{ status: 200, challenge: undefined, location: undefined, contentType: undefined },
  ...{ digest: undefined, body: "", isElsewhere: false },
};

/** Sessions with what answers on port 80, where no test may listen, and fails so with TLS. */
function sessionsWhere(parts: { readonly allowsPlain: boolean; readonly failure: Error }): {
  readonly sessions: RegistrySessions;
  readonly sent: string[];
} {
  const sent: string[] = [];
  const http: RegistryHttp = {
    async send({ url }) {
      sent.push(url.href);
      if (url.protocol === "https:") throw parts.failure;
      return ANSWER;
    },
    allowsPlain: () => parts.allowsPlain,
    optionNames,
    close: () => undefined,
  };
  const wrongLogins = createWrongLogins({ clock: systemClock, keepFor: 1 });
  return { sessions: createSessions(http, wrongLogins), sent };
}

t.test(
  "where nothing listens for TLS, port 80 is tried, if plain is allowed and no port is named",
  async (t) => {
    const closed = new RegistryFailure("nobody listens there", { isClosed: true });
    const plain = new RegistryFailure("it does not speak TLS", { isPlain: true });
    const other = new RegistryFailure("it closed the connection");
    const rows = [
      ["a.example.com", closed, true, true],
      ["[::1]", closed, true, true],
      ["a.example.com:5000", closed, true, false],
      ["a.example.com:443", closed, true, false],
      ["a.example.com", closed, false, false],
      ["a.example.com", other, true, false],
      ["a.example.com:5000", plain, true, true],
      ["a.example.com:5000", plain, false, false],
    ] as const;
    for (const [host, failure, allowsPlain, isTried] of rows) {
      const { sessions, sent } = sessionsWhere({ allowsPlain, failure });
      const knocking = sessions.knock(host);
      const what = `${host}, ${failure.message}, ${allowsPlain}`;
      if (isTried) t.match(await knocking, { base: { protocol: "http:" } }, what);
      else await t.rejects(knocking, failure, what);
      const addresses = [`https://${host}/v2/`, `http://${host}/v2/`].slice(0, isTried ? 2 : 1);
      t.same(
        sent,
        addresses.map((address) => new URL(address).href),
        what,
      );
    }
  },
);

t.test("that nobody listens is told from other failures", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const limits = { clock: systemClock, timeout: 30_000, maxSockets: 1 };
  const http = createRegistryHttp({ ...limits, trust: undefined, insecureHosts: [], optionNames });
  t.teardown(() => http.close());
  const url = new URL(`https://127.0.0.1:${port}/v2/`);
  const failure = await http.send({ method: "GET", url }).catch((error: unknown) => error);
  t.match(failure, { isClosed: true, isPlain: false });
});

t.test("a moment's failure is not told of the images that follow", async (t) => {
  for (const failure of ["cut", { status: 503 }] as const) {
    let left = 1;
    const server = await registryServer(
      t,
      (asked) => (left-- > 0 ? failure : withPassword(asked)),
      certificate,
    );
    const client = openClient(t);
    t.match(await client.pull(imageAt(server.host, "a"), robot), { verdict: "Inconclusive" });
    t.match(await client.pull(imageAt(server.host, "b"), robot), { verdict: "Works" });

    let refused = 1;
    const { registry } = await startTokenPair(t, () => (refused-- > 0 ? failure : TOKEN));
    t.match(await client.pull(imageAt(registry.host, "a"), robot), { verdict: "Inconclusive" });
    t.match(await client.pull(imageAt(registry.host, "b"), robot), { verdict: "Works" });
  }
});

t.test("a host that gives no answer twice, or has too much to do, is left alone", async (t) => {
  const rows: readonly (readonly [RegistryReply, number])[] = [
    ["cut", 2],
    [{ status: 429 }, 1],
  ];
  for (const [reply, expected] of rows) {
    const server = await registryServer(t, () => reply, certificate);
    const { registry, tokens } = await startTokenPair(t, () => reply);
    const client = openClient(t);
    for (const name of ["a", "b", "c", "d"]) {
      t.match(await client.pull(imageAt(server.host, name), robot), { verdict: "Inconclusive" });
      t.match(await client.pull(imageAt(registry.host, name), robot), { verdict: "Inconclusive" });
    }
    t.equal(server.asked.length, expected);
    t.equal(tokens.asked.length, expected);
  }
});

t.test("an account whose image logins get no answer twice in a row is left alone with them", async (t) => {
  const silence = new RegistryFailure("no answer");
  const answer = { isAdmitted: true, authorization: new Redacted("x") } as const;
  const rows = [
    [[silence, silence], [silence, silence, silence, silence], 2],
    [[silence, answer, silence, answer], [silence, answer, silence, answer], 4],
  ] as const;
  for (const [answers, expected, asked] of rows) {
    const left = [...answers];
    const logIn = async (): Promise<Admission> => {
      const next = left.shift();
      if (next === undefined || next instanceof Error) throw next ?? new Error("it is asked once too often");
      return next;
    };
    const { sessions } = sessionsWhere({ allowsPlain: false, failure: silence });
    const door = { host: "a.example.com", base: new URL("https://a.example.com"), answer: ANSWER };
    const images = ["a", "b", "c", "d"].map((name) => ({ scopes: [name], logIn }));
    const all = images.map((image) => sessions.admitFor(image, door, { kind: "basic" }, robot));
    const told = (await Promise.allSettled(all)).map((one) =>
      one.status === "fulfilled" ? one.value : one.reason,
    );
    t.same(told, expected);
    t.equal(answers.length - left.length, asked);
  }
});
