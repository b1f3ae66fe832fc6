import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import t from "tap";
import { createHttp, type HttpOptions, type HttpRequest } from "../../../src/adapters/http/send-http.ts";
import { eventually } from "../../builders/eventually.ts";
import { fakeClock } from "../../builders/fake-clock.ts";
import { impatientClock } from "../../builders/impatient-clock.ts";
import { cloudServer, type Fault } from "../../fakes/cloud-server.ts";

const OPTIONS: HttpOptions = {
  fetch,
  clock: impatientClock(),
  random: () => 0,
  timeout: 60_000,
  attempts: 3,
  maxBody: 100,
};
const get =
  (url: string): (() => HttpRequest) =>
  () => ({ method: "GET", url, headers: {} });

t.test("an answer comes as it is, whatever its status", async (t) => {
  const server = await cloudServer(t, ({ method, body, headers }) => ({
    status: 403,
    headers: { "X-Reason": "no" },
    body: { method, body, user: headers["user-agent"], type: headers["content-type"] },
  }));
  const send = createHttp(OPTIONS);
  const answer = await send(() => ({
    method: "POST",
    url: server.url,
    headers: { "content-type": "text/plain" },
    body: "häh",
  }));
  t.equal(answer.status, 403);
  t.equal(answer.headers["x-reason"], "no");
  t.same(JSON.parse(answer.body), { method: "POST", body: "häh", user: "pullcred", type: "text/plain" });
});

const busy = (status: number, headers = {}): Fault => ({ status, headers, body: "busy" });
const RETRIES: readonly (readonly [string, readonly Fault[], number, readonly number[]])[] = [
  ["a cut connection", ["cut"], 200, [100]],
  ["two server errors, each with twice the wait", [busy(500), busy(502)], 200, [100, 200]],
  ["a busy server until the attempts are used up", [busy(503), busy(504), busy(429)], 429, [100, 200]],
  ["no refusal", [busy(400)], 400, []],
  ["no missing page", [busy(404)], 404, []],
  ["as late as the server asks", [busy(429, { "retry-after": "3" })], 200, [3_100]],
  [
    "as late as the server's date asks",
    [busy(503, { "retry-after": "Thu, 01 Jan 1970 00:00:07 GMT" })],
    200,
    [7_100],
  ],
  ["not later than 20 s", [busy(429, { "retry-after": "86400" })], 200, [20_000]],
  ["as if nothing were asked where that is neither", [busy(429, { "retry-after": "soon" })], 200, [100]],
];
for (const [what, faults, status, waits] of RETRIES) {
  t.test(`tried again: ${what}`, async (t) => {
    const server = await cloudServer(t, () => ({ status: 200 }));
    server.spoil(...faults);
    const clock = impatientClock();
    const answer = await createHttp({ ...OPTIONS, clock })(get(server.url));
    t.equal(answer.status, status);
    t.same(clock.waits, waits);
    t.equal(server.received.length, waits.length + 1);
  });
}

t.test("waits differ by chance, so that replicas do not come back together", async (t) => {
  const server = await cloudServer(t, () => ({ status: 200 }));
  server.spoil("cut");
  const clock = impatientClock();
  await createHttp({ ...OPTIONS, clock, random: () => 0.5 })(get(server.url));
  t.same(clock.waits, [150]);
});

t.test("each attempt is a request of its own", async (t) => {
  const server = await cloudServer(t, () => ({ status: 200 }));
  server.spoil(busy(500), "cut");
  let built = 0;
  await createHttp(OPTIONS)(async () => {
    built += 1;
    return { method: "GET", url: server.url, headers: { "x-count": String(built) } };
  });
  t.same(
    server.received.map(({ headers }) => headers["x-count"]),
    ["1", "2", "3"],
  );
});

t.test("what building a request throws is thrown, and nothing is sent", async (t) => {
  const fail = async (): Promise<HttpRequest> => {
    throw new Error("there is no token");
  };
  await t.rejects(createHttp(OPTIONS)(fail), { message: "there is no token" });
});

t.test("a server that hangs has its time in each attempt", async (t) => {
  const server = await cloudServer(t, () => ({ status: 200 }));
  server.spoil("hang", "hang");
  const clock = fakeClock();
  const sending = createHttp({ ...OPTIONS, clock, timeout: 5_000, attempts: 2 })(get(server.url));
  sending.catch(() => undefined);
  await eventually("the first attempt", () => (server.received.length === 1 ? true : undefined));
  clock.advance(5_000);
  await eventually("the pause", () => (clock.next === 100 ? true : undefined));
  clock.advance(100);
  await eventually("the second attempt", () => (server.received.length === 2 ? true : undefined));
  clock.advance(5_000);
  await t.rejects(sending, { code: "SourceFailed", message: `${server.url} did not answer within 5 s` });
  t.equal(clock.pending, 0);
});

t.test("an abort ends an attempt and a wait", async (t) => {
  const server = await cloudServer(t, () => ({ status: 200 }));
  const reason = new Error("the process ends");
  for (const fault of ["hang", "cut"] as const) {
    const clock = fakeClock();
    const controller = new AbortController();
    server.spoil(fault);
    const before = server.received.length;
    const sending = createHttp({ ...OPTIONS, clock })(get(server.url), controller.signal);
    sending.catch(() => undefined);
    await eventually("the request", () => (server.received.length > before ? true : undefined));
    if (fault === "cut") await eventually("the wait", () => (clock.next === 100 ? true : undefined));
    controller.abort(reason);
    await t.rejects(sending, reason);
    t.equal(clock.pending, 0, "no timer is left");
  }
});

t.test(
  "an answer that is too long, a redirect and a closed port are told by the server's name",
  async (t) => {
    const server = await cloudServer(t, ({ url }) =>
      url.pathname === "/long"
        ? { status: 200, body: "x".repeat(101) }
        : { status: 307, headers: { location: "http://127.0.0.1:1/?token=secret" } },
    );
    const send = createHttp(OPTIONS);
    await t.rejects(send(get(`${server.url}/long?token=secret`)), {
      code: "SourceFailed",
      message: `${server.url} answered with more than 100 bytes`,
    });
    await t.rejects(send(get(`${server.url}/moved?token=secret`)), {
      message: `${server.url} answered with a redirect (307), which is not followed: name the server itself`,
    });
    t.equal(server.received.length, 2, "neither is tried again");
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, "close");
    await t.rejects(send(get(`http://127.0.0.1:${port}/?token=secret`)), {
      message: `could not reach http://127.0.0.1:${port}: ECONNREFUSED`,
    });
  },
);

t.test("the connection of an answer that is not read to its end is closed", async (t) => {
  const server = await cloudServer(t, () => ({ status: 302, headers: { location: "http://127.0.0.1:1/" } }));
  let signal: AbortSignal | null | undefined;
  const send = createHttp({
    ...OPTIONS,
    fetch: (url, init) => {
      signal = init?.signal;
      return fetch(url, init);
    },
  });
  await t.rejects(send(get(server.url)), { message: /answered with a redirect/ });
  t.equal(signal?.aborted, true);
});

t.test("no error holds what was sent, wherever it stood", async (t) => {
  const server = await cloudServer(t, () => ({ status: 200 }));
  const places: Readonly<Record<string, (secret: string) => HttpRequest>> = {
    header: (secret) => ({
      method: "GET",
      url: server.url,
      headers: { authorization: `Bearer \n${secret}` },
    }),
    path: (secret) => ({ method: "GET", url: `http://127.0.0.1:1/${secret}`, headers: {} }),
    query: (secret) => ({ method: "GET", url: `http://127.0.0.1:1/?token=${secret}`, headers: {} }),
    user: (secret) => ({
      method: "GET",
      url: `${server.url.replace("//", `//user:${secret}@`)}/`,
      headers: {},
    }),
    address: (secret) => ({ method: "GET", url: `nothing ${secret}`, headers: {} }),
    body: (secret) => ({ method: "POST", url: "http://127.0.0.1:1", headers: {}, body: secret }),
  };
  const send = createHttp({ ...OPTIONS, attempts: 1 });
  const secrets = fc.stringMatching(/^[A-Za-z0-9+/]{12,40}$/);
  await fc.assert(
    fc.asyncProperty(secrets, fc.constantFrom(...Object.keys(places)), async (secret, place) => {
      const error = await send(() => places[place]?.(secret) as HttpRequest).then(
        () => null,
        (error: Error) => error,
      );
      if (error === null) throw new Error(`a secret in the ${place} was sent`);
      const shown = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
      return !shown.includes(secret);
    }),
  );
});
