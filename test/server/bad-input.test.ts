import { once } from "node:events";
import { connect } from "node:tls";
import t from "tap";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";
import { type HttpQuestion, startWebhook } from "../builders/webhook.ts";

const JSON_TYPE = { "content-type": "application/json" };
const VALID = JSON.stringify(review(pod({ images: ["acme/app"] })));
const UID = "705ab4f5-6393-11e8-b7cc-42010a800002";

type Row = readonly [string, HttpQuestion, number, string];

const ROWS: readonly Row[] = [
  ["another path", { path: "/", body: VALID }, 404, "pullcred: no such path: reviews go to POST /mutate"],
  ["another method", { method: "GET" }, 405, "pullcred: only POST is allowed on /mutate"],
  ["PUT", { method: "PUT", body: VALID }, 405, "pullcred: only POST is allowed on /mutate"],
  ["DELETE", { method: "DELETE", headers: {} }, 405, "pullcred: only POST is allowed on /mutate"],
  [
    "no content type",
    { headers: {}, body: VALID },
    415,
    "pullcred: the content type must be application/json",
  ],
  [
    "YAML",
    { headers: { "content-type": "application/yaml" }, body: "a: b" },
    415,
    "pullcred: the content type must be application/json",
  ],
  [
    "plain text",
    { headers: { "content-type": "text/plain" }, body: VALID },
    415,
    "pullcred: the content type must be application/json",
  ],
  ["an empty body", { headers: JSON_TYPE }, 400, "pullcred: the body must be one valid JSON document"],
  ["broken JSON", { body: '{"secret-word' }, 400, "pullcred: the body must be one valid JSON document"],
  ["two documents", { body: `${VALID}${VALID}` }, 400, "pullcred: the body must be one valid JSON document"],
  ["JSON that is no object", { body: "null" }, 400, "pullcred: the body must be an AdmissionReview object"],
  [
    "a body over 7 MiB",
    { body: "x".repeat(7 * 1024 * 1024 + 1) },
    413,
    "pullcred: the body must not be larger than 7 MiB",
  ],
  [
    "a deeply nested body",
    { body: "[".repeat(100_000) + "]".repeat(100_000) },
    400,
    "pullcred: the body must be an AdmissionReview object",
  ],
];

t.test("a __proto__ key is an unknown field like any other", async (t) => {
  const webhook = await startWebhook(t);
  const expected = await webhook.send({ body: VALID });
  for (const place of ['"metadata"', '"spec"', '"request"', '"image"']) {
    const body = VALID.replace(place, `"__proto__":{"polluted":1,"spec":{}},"constructor":{},${place}`);
    t.not(body, VALID, place);
    t.same((await webhook.send({ body })).body, expected.body, place);
  }
  t.notOk("polluted" in {});
});

t.test("each gets a clear answer, and the next review works", async (t) => {
  const webhook = await startWebhook(t);
  for (const [name, question, status, message] of ROWS) {
    const answer = await webhook.send(question);
    t.equal(answer.status, status, name);
    t.match(answer.body, { kind: "Status", status: "Failure", code: status, message }, name);
    t.equal((await webhook.send({ body: VALID })).status, 200, `${name}: the next review works`);
  }
});

t.test("a 405 says what is allowed", async (t) => {
  const webhook = await startWebhook(t);
  t.equal((await webhook.send({ method: "GET" })).headers.allow, "POST");
});

t.test("a broken body is not quoted, neither in the answer nor in the log", async (t) => {
  const webhook = await startWebhook(t);
  const { body } = await webhook.send({ body: '{"password": secret-word' });
  t.notMatch(JSON.stringify([body, webhook.lines]), /secret-word/);
});

t.test("Pods whose fields have the wrong types are refused with the place and the uid", async (t) => {
  const webhook = await startWebhook(t);
  const rows: readonly (readonly [unknown, string])[] = [
    [null, "request.object must be an object"],
    [{ spec: { containers: "x" } }, "request.object.spec.containers must be a list"],
    [{ spec: { containers: [{ image: 7 }] } }, "request.object.spec.containers[0].image must be a string"],
    [{ metadata: [], spec: {} }, "request.object.metadata must be an object"],
    ...["../../pullcred/secrets/x?watch=true", "..", "Upper", "a/b", "a.", "a".repeat(254)].map(
      (serviceAccountName) =>
        [
          { spec: { serviceAccountName } },
          "request.object.spec.serviceAccountName must be a DNS subdomain",
        ] as const,
    ),
  ];
  for (const [object, problem] of rows) {
    const { status, body } = await webhook.review(review(object));
    t.equal(status, 400, problem);
    t.match(body, { message: `pullcred: ${problem}`, details: { uid: UID } }, problem);
  }
});

t.test("a review without a namespace is refused: who may have credentials depends on it", async (t) => {
  const webhook = await startWebhook(t);
  const { status, body } = await webhook.review(review(pod(), { namespace: "" }));
  t.equal(status, 400);
  t.match(body, { message: "pullcred: request.namespace must be set", details: { uid: UID } });
});

t.test("odd but possible Pods are answered", async (t) => {
  const webhook = await startWebhook(t);
  const rows: readonly (readonly [string, unknown, string])[] = [
    ["an image that is null", { spec: { containers: [{ image: null }] } }, "NoMatchingRegistry"],
    ...["", null, "build.bot-1", `${"a".repeat(250)}.b1`].map(
      (serviceAccountName) =>
        [
          `the ServiceAccount ${serviceAccountName}`,
          { spec: { containers: [], serviceAccountName } },
          "NoMatchingRegistry",
        ] as const,
    ),
    ["ten thousand containers", pod({ images: Array(10_000).fill("acme/app") }), "Injected"],
    ["an image of a megabyte", pod({ images: ["acme/app", "a".repeat(1024 * 1024)] }), "Injected"],
    [
      "deep nesting",
      { spec: { containers: [], extra: JSON.parse("[".repeat(5_000) + "]".repeat(5_000)) } },
      "NoMatchingRegistry",
    ],
  ];
  for (const [name, object, reason] of rows) {
    const { status, body } = await webhook.review(review(object));
    t.equal(status, 200, name);
    t.match(body, { response: { allowed: true, auditAnnotations: { reason } } }, name);
  }
});

t.test("a body that never ends is cut off with 413, and the server lives", async (t) => {
  const webhook = await startWebhook(t);
  const socket = connect({ host: "127.0.0.1", port: webhook.port, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  let answer = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    answer += chunk;
  });
  socket.write(
    "POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
  );
  // Exactly the limit, and one byte more; the end of the body never comes.
  for (let sent = 0; sent < 7 * 1024 * 1024; sent += 0x10000)
    socket.write(`10000\r\n${"x".repeat(0x10000)}\r\n`);
  socket.write("1\r\nx\r\n");
  await once(socket, "close");
  t.match(answer, /^HTTP\/1\.1 413 /);
  t.match(answer, /connection: close/i);
  t.equal((await webhook.send({ body: VALID })).status, 200);
});

t.test("bytes that are no HTTP are answered with 400, and the server lives", async (t) => {
  const webhook = await startWebhook(t);
  const socket = connect({ host: "127.0.0.1", port: webhook.port, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  socket.end("this is no HTTP\r\n\r\n");
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  t.match(answer, /^HTTP\/1\.1 400 /);
  t.equal((await webhook.send({ body: VALID })).status, 200);
});
