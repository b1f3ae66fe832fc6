import t from "tap";
import { APPLY } from "../../../../src/adapters/kube/client/kube-client.ts";
import { eventually } from "../../../builders/eventually.ts";
import { fakeApiServer } from "../../../builders/fake-api-server.ts";
import { logRecorder } from "../../../builders/log-recorder.ts";

const PATH = "/api/v1/namespaces/team-a/secrets/harbor-pull";
const SECRET = "a-very-secret-password";
const REFUSED = 'User "u" cannot patch resource "secrets" in API group "" in the namespace "team-a"';

t.test("a request goes out with what it says, and its answer comes back parsed", async (t) => {
  const { client, request } = await fakeApiServer(t);
  const answer = client.send({
    method: "PATCH",
    path: PATH,
    query: { fieldManager: "pullcred", force: "true" },
    contentType: APPLY,
    body: { data: "é" },
  });
  const { method, url, headers, body, json } = await request(0);
  json(201, { kind: "Secret" });
  t.same(await answer, { status: 201, body: { kind: "Secret" } });
  t.equal(method, "PATCH");
  t.equal(url.pathname + url.search, `/prefix${PATH}?fieldManager=pullcred&force=true`);
  t.equal(body, '{"data":"é"}');
  t.match(headers, {
    authorization: "Bearer token-0",
    "content-type": "application/apply-patch+yaml",
    "content-length": "13",
    accept: "application/json",
    "user-agent": "pullcred-test",
  });
});

t.test("a refusal is an ApiError with what the Status says", async (t) => {
  const { client, request } = await fakeApiServer(t);
  const status = (code: number, parts: object): object => ({ kind: "Status", code, ...parts });
  const rows: readonly (readonly [number, unknown, Readonly<Record<string, string>>, object])[] = [
    [
      403,
      status(403, {
        reason: "Forbidden",
        message: `secrets "harbor-pull" is forbidden: ${REFUSED}: RBAC: role "x" not found`,
        details: { causes: [{ reason: "NamespaceTerminating" }] },
      }),
      {},
      {
        status: 403,
        reason: "Forbidden",
        causes: ["NamespaceTerminating"],
        message: `could not GET ${PATH}: 403 Forbidden: ${REFUSED}`,
      },
    ],
    [
      422,
      status(422, { reason: "Invalid", message: `Invalid value: "${SECRET}"` }),
      {},
      { status: 422, message: `could not GET ${PATH}: 422 Invalid` },
    ],
    [
      429,
      status(429, { reason: "TooManyRequests" }),
      { "retry-after": "7" },
      { status: 429, retryAfter: 7_000 },
    ],
    [429, "slow down", { "retry-after": "soon" }, { status: 429, retryAfter: undefined }],
    [429, {}, { "retry-after": "0" }, { status: 429, retryAfter: undefined }],
    [429, {}, { "retry-after": "-5" }, { status: 429, retryAfter: undefined }],
    [429, {}, { "retry-after": "3000000" }, { status: 429, retryAfter: 60_000 }],
    [503, `<html>${SECRET}</html>`, {}, { status: 503, message: `could not GET ${PATH}: 503` }],
    [500, "[1]", {}, { status: 500, reason: "", causes: [] }],
  ];
  for (const [index, [code, body, headers, expected]] of rows.entries()) {
    const refused = t.rejects(client.send({ method: "GET", path: PATH }), {
      name: "ApiError",
      ...expected,
    });
    (await request(index)).json(code, body, headers);
    await refused;
  }
});

t.test("of a refusal only what authorization itself says is quoted", async (t) => {
  const { client, request } = await fakeApiServer(t);
  const role = "pullcred-harbor";
  const quoted = [
    REFUSED,
    'User "system:serviceaccount:p:p" cannot list resource "secrets" in API group "" at the cluster scope',
    `User "Ann Lee" cannot get resource "roles/x" in API group "rbac.authorization.k8s.io" in the namespace "a"`,
  ];
  const begins = ["secrets is forbidden: ", `roles.rbac.authorization.k8s.io "${role}" is forbidden: `];
  const policy = `ValidatingAdmissionPolicy 'deny' with binding 'deny' denied request: not allowed: `;
  const rows: readonly (readonly [string, string])[] = [
    ...quoted.flatMap((clause) => begins.map((begin) => [begin + clause, `: ${clause}`] as const)),
    ...quoted.map((clause) => [`secrets is forbidden: ${clause}: ${SECRET}`, `: ${clause}`] as const),
    [`secrets "harbor-pull" is forbidden: ${policy}${SECRET}`, ""],
    [`secrets "harbor-pull" is forbidden: ${policy}secrets is forbidden: ${REFUSED} ${SECRET}`, ""],
    [`admission webhook "x" denied the request: ${SECRET}`, ""],
    [`${SECRET}\nsecrets is forbidden: ${REFUSED}`, ""],
  ];
  for (const [index, [message, expected]] of rows.entries()) {
    const refused = client.send({ method: "GET", path: PATH }).catch((err: Error) => err.message);
    (await request(index)).json(403, { kind: "Status", reason: "Forbidden", message });
    t.equal(await refused, `could not GET ${PATH}: 403 Forbidden${expected}`, message);
  }
});

t.test("a path that a URL would read as another one is not asked for", async (t) => {
  const { client, requests } = await fakeApiServer(t);
  const accounts = "/api/v1/namespaces/team-a/serviceaccounts";
  for (const name of [
    "../../pullcred/secrets/x?watch=true",
    "..",
    ".",
    "a?b",
    "a#b",
    "%2e%2e",
    "a b",
    "\\",
  ]) {
    const sent = client.send({ method: "GET", path: `${accounts}/${name}` });
    const message = /: the path is not what a URL makes of it$/;
    await t.rejects(sent, { name: "ApiError", status: 0, message }, name);
  }
  t.equal(requests.length, 0);
});

t.test("an answer that cannot be used is told without a word of it", async (t) => {
  const { client, request, address } = await fakeApiServer(t);
  const { host } = new URL(address);
  const { log, lines } = logRecorder();
  for (const [index, body] of [`{"data": "${SECRET}" oops`, SECRET].entries()) {
    const answer = client.send({ method: "GET", path: PATH }).catch((err: unknown) => err);
    (await request(index)).json(200, body);
    const err = await answer;
    const message = `could not GET ${PATH}: no usable answer of ${host}: it is not JSON`;
    t.match(err, { name: "ApiError", status: 0, message });
    log.error({ err }, "failed");
  }
  t.equal(lines.length, 2);
  t.notMatch(JSON.stringify(lines), /a-very|password/);
});

t.test("where no answer comes in time, or the connection breaks, the status is 0", async (t) => {
  const { client, request, address } = await fakeApiServer(t, 300);
  const { host } = new URL(address);
  await t.rejects(client.send({ method: "GET", path: PATH }), {
    status: 0,
    message: `could not GET ${PATH}: ${host} did not answer in time`,
  });
  const halfway = t.rejects(client.send({ method: "GET", path: PATH }), {
    name: "ApiError",
    status: 0,
    message: `could not GET ${PATH}: could not reach ${host}: it closed the connection`,
  });
  const second = await request(1);
  second.open();
  second.write('{"half":');
  second.cut();
  await halfway;
});

t.test("a request ends with its signal, and closes its connection", async (t) => {
  const { client, request, requests } = await fakeApiServer(t, 600_000);
  const first = client.send({ method: "GET", path: PATH });
  (await request(0)).json(200, {});
  await first; // what is sent on its connection again would be sent once more if the server closed it
  const ending = new AbortController();
  const ended = t.rejects(client.send({ method: "POST", path: PATH }, ending.signal), {
    name: "ApiError",
    status: 0,
  });
  const { isClosed } = await request(1);
  ending.abort();
  await ended;
  await eventually("the connection is closed", () => isClosed() || undefined);
  t.equal(requests.length, 2);
});

t.test("a request that is not authorized is sent once more, with access that is read anew", async (t) => {
  const { client, request, forgotten, requests } = await fakeApiServer(t);
  const accepted = client.send({ method: "GET", path: PATH });
  (await request(0)).json(401, { reason: "Unauthorized" });
  const second = await request(1);
  t.equal(second.headers.authorization, "Bearer token-1");
  second.json(200, {});
  t.match(await accepted, { status: 200 });

  const refused = t.rejects(client.send({ method: "GET", path: PATH }), { name: "ApiError", status: 401 });
  (await request(2)).json(401, {});
  (await request(3)).json(401, {});
  await refused;
  t.equal(requests.length, 4, "once more, not again and again");
  t.equal(forgotten(), 2);
});

t.test("a stream that is not authorized is opened once more, too", async (t) => {
  const { client, request } = await fakeApiServer(t);
  const lines = client.stream({ path: PATH }, new AbortController().signal)[Symbol.asyncIterator]();
  const first = lines.next();
  (await request(0)).json(401, {});
  const second = await request(1);
  t.equal(second.headers.authorization, "Bearer token-1");
  second.open();
  second.write('{"a":1}\n');
  t.same(await first, { done: false, value: { a: 1 } });
  second.end();
  t.match(await lines.next(), { done: true });
});

t.test("a stream yields whole lines, however they are cut", async (t) => {
  const { client, request } = await fakeApiServer(t);
  const lines = client.stream({ path: PATH }, new AbortController().signal)[Symbol.asyncIterator]();
  const first = lines.next();
  const { open, write, end } = await request(0);
  open();
  const bytes = Buffer.from('{"a":"é"}\n\n{"b":2}\n{"c":');
  for (const byte of bytes) write(Buffer.from([byte])); // also between the two bytes of the é
  t.same((await first).value, { a: "é" });
  t.same((await lines.next()).value, { b: 2 });
  end();
  t.match(await lines.next(), { done: true }, "a line that has no end is none");
});

t.test("a stream ends with its signal, and closes its connection", async (t) => {
  const { client, request } = await fakeApiServer(t);
  const ending = new AbortController();
  const lines = client.stream({ path: PATH }, ending.signal)[Symbol.asyncIterator]();
  const first = lines.next();
  const { open, isClosed } = await request(0);
  open();
  ending.abort();
  t.match(await first, { done: true });
  await eventually("the connection is closed", () => isClosed() || undefined);
});

t.test("a stream that does not begin in time, or that breaks, is an ApiError", async (t) => {
  const { client, request, address } = await fakeApiServer(t, 300);
  const { host } = new URL(address);
  const { signal } = new AbortController();
  const next = (): Promise<unknown> => client.stream({ path: PATH }, signal)[Symbol.asyncIterator]().next();
  const message = `could not GET ${PATH}: ${host} did not answer in time`;
  await t.rejects(next(), { status: 0, message });
  const broken = t.rejects(next(), { name: "ApiError", status: 0 });
  const second = await request(1);
  second.open();
  second.cut();
  await broken;
});

t.test("a stream that breaks long after it began is not told as one that never did", async (t) => {
  const { client, request, address } = await fakeApiServer(t, 50);
  const lines = client.stream({ path: PATH }, new AbortController().signal)[Symbol.asyncIterator]();
  const first = lines.next();
  const { open, write, cut } = await request(0);
  open();
  write('{"a":1}\n');
  t.same((await first).value, { a: 1 });
  // Another request of the same age shows that the time for an answer is over.
  await t.rejects(client.send({ method: "GET", path: PATH }), { message: /did not answer in time$/ });
  cut();
  const why = `could not reach ${new URL(address).host}: it closed the connection`;
  await t.rejects(lines.next(), { status: 0, message: `could not GET ${PATH}: ${why}` });
});

t.test("a stream whose signal has ended before sends nothing", async (t) => {
  const { client, request, requests } = await fakeApiServer(t);
  const lines = client.stream({ path: PATH }, AbortSignal.abort())[Symbol.asyncIterator]();
  t.match(await lines.next(), { done: true });
  const sent = client.send({ method: "GET", path: PATH });
  (await request(0)).json(200, {});
  await sent;
  t.equal(requests.length, 1);
});

t.test("a line that is not JSON ends the stream without a word of it", async (t) => {
  const { client, request } = await fakeApiServer(t);
  const { log, lines: logged } = logRecorder();
  const lines = client.stream({ path: PATH }, new AbortController().signal)[Symbol.asyncIterator]();
  const first = lines.next().catch((err: unknown) => err);
  const { open, write } = await request(0);
  open();
  write(`{"data":"${SECRET}" oops\n`);
  const err = await first;
  t.match(err, { name: "ApiError", status: 0 });
  log.error({ err }, "failed");
  t.notMatch(JSON.stringify(logged), /a-very|password/);
});
