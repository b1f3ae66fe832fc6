import { once } from "node:events";
import { connect } from "node:tls";
import t, { type Test } from "tap";
import { startWebhook, type Webhook } from "../builders/webhook.ts";

async function failuresOf({ metrics }: Webhook): Promise<unknown> {
  const { values } = await metrics.reviewFailures.get();
  return values.map(({ labels, value }) => [labels.status, value]);
}

/** Sends bytes as they are, and returns all that comes back. */
async function sendRaw(t: Test, { port }: Webhook, bytes: string): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  t.teardown(() => socket.destroy());
  await once(socket, "secureConnect");
  socket.write(bytes);
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

t.test("every method but POST is refused on /mutate, whatever the body", async (t) => {
  const webhook = await startWebhook(t);
  const methods = "GET PUT PATCH DELETE OPTIONS TRACE PROPFIND MKCOL SEARCH QUERY".split(" ");
  for (const method of methods) {
    for (const type of ["text/plain", "application/json"]) {
      const body = "{";
      const headers = { "content-type": type, "content-length": String(body.length) };
      const path = "/mutate?timeout=10s";
      const answer = await webhook.send({ method, path, headers, body });
      t.equal(answer.status, 405, method);
      t.equal(answer.headers.allow, "POST", method);
      t.same(
        answer.body,
        {
          kind: "Status",
          apiVersion: "v1",
          status: "Failure",
          code: 405,
          reason: "MethodNotAllowed",
          message: "pullcred: only POST is allowed on /mutate",
        },
        method,
      );
    }
  }
  const head = await webhook.app.inject({ method: "HEAD", url: "/mutate" });
  t.same([head.statusCode, head.headers.allow], [405, "POST"]);
  t.same(await failuresOf(webhook), [[405, 2 * methods.length + 1]]);
});

t.test("another path is not found, whatever the method", async (t) => {
  const webhook = await startWebhook(t);
  for (const method of ["GET", "POST", "PROPFIND"]) {
    const { status, body } = await webhook.send({ method, path: "/mutate/x", headers: {} });
    t.equal(status, 404, method);
    t.match(body, { kind: "Status", code: 404, reason: "NotFound" }, method);
  }
});

t.test("a path that is no URL is refused in the same form, and counted", async (t) => {
  const webhook = await startWebhook(t);
  const { status, body } = await webhook.send({ method: "POST", path: "/%zz", body: "{}" });
  t.equal(status, 400);
  t.same(body, {
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    code: 400,
    reason: "BadRequest",
    message: "pullcred: the path is not a valid URL: reviews go to POST /mutate",
  });
  t.match(webhook.lines, [{ level: 40, msg: "request refused", code: "FST_ERR_BAD_URL" }]);
  t.same(await failuresOf(webhook), [[400, 1]]);
});

t.test("what is no HTTP is answered in the same form, counted, and not quoted", async (t) => {
  const rows: readonly (readonly [string, string, string, object])[] = [
    [
      "no HTTP at all",
      "this is no secret-word\r\n\r\n",
      "400 Bad Request",
      { code: 400, reason: "BadRequest", message: "pullcred: the request is not valid HTTP/1.1" },
    ],
    [
      "a method that does not exist",
      "SECRET-WORD /mutate HTTP/1.1\r\nHost: x\r\n\r\n",
      "400 Bad Request",
      { code: 400, reason: "BadRequest", message: "pullcred: the request is not valid HTTP/1.1" },
    ],
    [
      "headers that are too large",
      `POST /mutate HTTP/1.1\r\nHost: x\r\nX: ${"secret-word".repeat(1_700)}\r\n\r\n`,
      "431 Request Header Fields Too Large",
      {
        code: 431,
        reason: "RequestHeaderFieldsTooLarge",
        message: "pullcred: the headers must not be larger than 16 KiB",
      },
    ],
  ];
  for (const [name, bytes, line, status] of rows) {
    const webhook = await startWebhook(t);
    const answer = await sendRaw(t, webhook, bytes);
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    t.match(head, `HTTP/1.1 ${line}\r\n`, name);
    t.match(head, /^Connection: close$/m, name);
    t.match(head, `Content-Length: ${Buffer.byteLength(body)}`, name);
    t.same(JSON.parse(body), { kind: "Status", apiVersion: "v1", status: "Failure", ...status }, name);
    t.match(webhook.lines, [{ level: 40, msg: "request refused" }], name);
    t.notMatch(answer + JSON.stringify(webhook.lines), /secret-word/i, name);
    t.equal(((await failuresOf(webhook)) as unknown[]).length, 1, name);
  }
});

t.test("a client that does not trust the certificate is no failed review", async (t) => {
  const webhook = await startWebhook(t);
  const ended = once(webhook.app.server, "tlsClientError");
  const socket = connect({
    host: "127.0.0.1",
    port: webhook.port,
    servername: "localhost",
    minVersion: "TLSv1.3",
  });
  await once(socket, "error");
  socket.destroy();
  await ended;
  t.same(await failuresOf(webhook), []);
  t.notMatch(webhook.lines, [{ level: 40 }]);
});
