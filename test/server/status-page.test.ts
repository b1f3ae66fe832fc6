import { createHash } from "node:crypto";
import t, { type Test } from "tap";
import { createMetrics } from "../../src/adapters/observability/metrics.ts";
import type { StatusReport } from "../../src/core/status/status-report.ts";
import { buildManagementApp } from "../../src/server/management-app.ts";
import { createReadiness } from "../../src/server/readiness.ts";
import { serveStatusPage } from "../../src/server/status-page.ts";
import { fakeClock } from "../builders/fake-clock.ts";
import { logRecorder } from "../builders/log-recorder.ts";
import { statusReport } from "../builders/status-report.ts";

function setUp(t: Test, read: () => StatusReport = statusReport) {
  const { log, lines } = logRecorder();
  const app = buildManagementApp(createReadiness(), createMetrics());
  const clock = fakeClock();
  serveStatusPage(app, read, clock, log);
  t.teardown(() => app.close());
  return { app, clock, lines };
}

t.test("people get a page, programs a document, and nobody can do more than read", async (t) => {
  const { app } = setUp(t);
  const HTML = "text/html; charset=utf-8";
  const JSON_TYPE = "application/json; charset=utf-8";
  const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  const rows = [
    ["a browser", "GET", "/status", browser, 200, HTML, /^<!doctype html>/],
    ["curl", "GET", "/status", "*/*", 200, HTML, /^<!doctype html>/],
    [
      "who asks for JSON",
      "GET",
      "/status",
      "application/json",
      200,
      JSON_TYPE,
      /^\{"attention":\[\],"at":"2026/,
    ],
    ["who takes both", "GET", "/status", "application/json, text/html", 200, HTML, /^<!doctype html>/],
    ["who names the document", "GET", "/status.json", browser, 200, JSON_TYPE, /^\{"attention"/],
    ["a query", "GET", "/status?x=1", browser, 200, HTML, /^<!doctype html>/],
    ["who asks for its head", "HEAD", "/status", browser, 200, HTML, /^$/],
    ["POST", "POST", "/status", browser, 405, /text\/plain/, /^the status can only be read\n$/],
    ["PUT", "PUT", "/status.json", browser, 405, /text\/plain/, /^the status can only be read\n$/],
    ["DELETE", "DELETE", "/status", browser, 405, /text\/plain/, /^the status can only be read\n$/],
    ["another path", "GET", "/status/x", browser, 404, /json/, /Not Found/],
  ] as const;
  for (const [name, method, url, accept, status, type, body] of rows) {
    const answer = await app.inject({ method, url, headers: { accept } });
    t.equal(answer.statusCode, status, name);
    t.match(answer.headers["content-type"], type, name);
    t.match(answer.body, body, name);
    if (status === 405) t.equal(answer.headers.allow, "GET, HEAD", name);
  }
});

t.test("whoever asks again and again has it made seldom, the rendering and all", async (t) => {
  for (const url of ["/status", "/status.json"]) {
    let read = 0;
    const { app, clock } = setUp(t, () => ({
      ...statusReport(),
      at: ++read,
      get watches() {
        clock.advance(10); // as long as a page of many mappings takes to be written out
        return [];
      },
    }));
    const first = (await app.inject({ url })).body;
    for (let index = 0; index < 100; index++) t.equal((await app.inject({ url })).body, first, url);
    const cost = clock.now();
    clock.advance(39 * cost - 1);
    await app.inject({ url });
    t.equal(read, 1, `${url}: a little too early`);
    clock.advance(1);
    t.not((await app.inject({ url })).body, first, url);
    t.equal(read, 2, `${url}: it took a fortieth of the time`);
  }
});

t.test("a body that is too large or of an odd type is refused for its method", async (t) => {
  const { app } = setUp(t);
  const headers = { "content-type": "image/png" };
  const answer = await app.inject({ method: "POST", url: "/status", headers, payload: "x".repeat(5_000) });
  t.equal(answer.statusCode, 405);
});

t.test("the answer forbids the browser all but to show it", async (t) => {
  const { app } = setUp(t);
  for (const url of ["/status", "/status.json"]) {
    const { headers, body } = await app.inject({ url });
    t.match(headers, {
      "cache-control": "no-store",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      vary: "accept",
    });
    const policy = String(headers["content-security-policy"]).split("; ");
    t.match(policy, [
      "default-src 'none'",
      /^style-src 'sha256-[^' ]+'$/,
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    const [, style] = /<style>([\s\S]*)<\/style>/.exec(body) ?? [];
    if (style === undefined) continue;
    t.ok(
      policy[1]?.includes(createHash("sha256").update(style).digest("base64")),
      "and shows it as it was made",
    );
  }
});

t.test("a report that fails is told to the log, and to nobody else", async (t) => {
  const { app, lines } = setUp(t, () => {
    throw new Error("s3cret place");
  });
  const { statusCode, body } = await app.inject({ url: "/status" });
  t.equal(statusCode, 500);
  t.equal(body, "could not make the status page: see pullcred's log\n");
  t.match(lines, [{ msg: "could not make the status page", err: { message: "s3cret place" } }]);
});

t.test("where it is not asked for, there is none", async (t) => {
  const app = buildManagementApp(createReadiness(), createMetrics());
  t.teardown(() => app.close());
  for (const url of ["/status", "/status.json"]) t.equal((await app.inject({ url })).statusCode, 404);
});
