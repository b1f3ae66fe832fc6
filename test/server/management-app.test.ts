import t from "tap";
import { createMetrics } from "../../src/adapters/observability/metrics.ts";
import { buildManagementApp } from "../../src/server/management-app.ts";
import { createReadiness } from "../../src/server/readiness.ts";

t.test("probes and metrics say how the process is", async (t) => {
  const readiness = createReadiness();
  const metrics = createMetrics();
  metrics.certificateValid.set(0);
  const app = buildManagementApp(readiness, metrics);
  t.teardown(() => app.close());
  const rows: readonly (readonly [string, () => void, string, number, string | RegExp])[] = [
    ["it lives while it starts", () => undefined, "/livez", 200, "ok\n"],
    ["it is not ready at first", () => undefined, "/readyz", 503, "not ready: starting\n"],
    ["it is ready once it says so", () => readiness.set(null), "/readyz", 200, "ok\n"],
    ["it is not, with a problem", () => readiness.set("no cache"), "/readyz", 503, "not ready: no cache\n"],
    [
      "it is not, once it shuts down",
      () => {
        readiness.set(null);
        readiness.drain();
      },
      "/readyz",
      503,
      "not ready: shutting down\n",
    ],
    ["it lives while it shuts down", () => undefined, "/livez", 200, "ok\n"],
    ["metrics", () => undefined, "/metrics", 200, /^pullcred_certificate_valid 0$/m],
    ["another path", () => undefined, "/mutate", 404, /Not Found/],
  ];
  for (const [name, change, url, status, body] of rows) {
    change();
    const answer = await app.inject({ url });
    t.equal(answer.statusCode, status, name);
    t.match(answer.body, body, name);
  }
});

t.test("metrics are in the format that Prometheus asks for", async (t) => {
  const app = buildManagementApp(createReadiness(), createMetrics());
  t.teardown(() => app.close());
  const { headers } = await app.inject({ url: "/metrics" });
  t.match(headers["content-type"], /^text\/plain; version=0\.0\.4/);
});
