import t from "tap";
import { LINES_PER_WINDOW } from "../../src/adapters/observability/log-limiter.ts";
import { createLogger } from "../../src/adapters/observability/logger.ts";
import { fakeClock } from "../builders/fake-clock.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";
import { ensuring, startWebhook } from "../builders/webhook.ts";

const BOTH = pod({ images: ["harbor.example.com/app", "acme/app"], pullSecrets: ["hub-pull"] });

t.test("a review is counted for each mapping that it concerns, with its reason there", async (t) => {
  const webhook = await startWebhook(t);
  webhook.metrics.decisions.follow(() => ["harbor", "hub"]);
  await webhook.review(review(BOTH));
  await webhook.review(review(pod({ images: ["acme/app"] }), { namespace: "kube-system" }));
  await webhook.review(review(pod({ images: ["quay.io/app"] })));
  const text = await webhook.metrics.registry.metrics();
  t.same(text.match(/^pullcred_decisions_total.*$/gm), [
    'pullcred_decisions_total{registry="harbor",reason="Injected"} 1',
    'pullcred_decisions_total{registry="hub",reason="Injected"} 0',
    'pullcred_decisions_total{registry="hub",reason="AlreadyPresent"} 1',
    'pullcred_decisions_total{registry="hub",reason="NamespaceExcluded"} 1',
  ]);
});

t.test("the line of a review says why for each mapping", async (t) => {
  const webhook = await startWebhook(t, {
    serviceAccounts: { peek: () => new Set(["hub-pull"]), get: async () => new Set(["hub-pull"]) },
  });
  await webhook.review(review(BOTH));
  t.match(webhook.lines, [
    {
      level: 30,
      msg: "review",
      reason: "AlreadyPresent",
      mappings: { harbor: "SecretNotMountable", hub: "AlreadyPresent" },
    },
  ]);
});

t.test("every line of a review has the id of the API server's trace", async (t) => {
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const headers = { "content-type": "application/json", traceparent: `00-${trace}-b7ad6b7169203331-00` };
  const webhook = await startWebhook(
    t,
    ensuring(() => Promise.reject(new Error("bug"))),
  );
  for (const body of [
    review(pod({ images: ["quay.io/app"] })),
    review(BOTH, { operation: "UPDATE" }),
    review(BOTH),
  ])
    await webhook.send({ headers, body: JSON.stringify(body) });
  t.match(webhook.lines, [
    { msg: "review", reason: "NoMatch", trace },
    { msg: "review", reason: "NotACreate", trace },
    { msg: "could not answer a review", trace },
  ]);
});

t.test("a request that is none of pullcred's business has its line, too", async (t) => {
  const webhook = await startWebhook(t);
  await webhook.review(review(BOTH, { operation: "UPDATE" }));
  t.match(webhook.lines, [{ level: 20, msg: "review", namespace: "team-a", reason: "NotACreate" }]);
});

t.test("a flood of bad requests of any kind is answered, and does not flood the log", async (t) => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const sink = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const { log, flush } = createLogger({ level: "info", clock: fakeClock(), sink });
  const failing = ensuring(() => Promise.reject(new Error("bug")));
  const { app } = await startWebhook(t, { log, ...failing });
  const json = { "content-type": "application/json" };
  const kinds: readonly (readonly [string, number, object, string])[] = [
    ["no JSON", 400, { headers: json, payload: "{" }, "request refused"],
    ["another type", 415, { headers: { "content-type": "text/plain" }, payload: "x" }, "request refused"],
    ["no AdmissionReview", 400, { headers: json, payload: "{}" }, "review refused"],
    [
      "what the webhook fails on",
      500,
      { headers: json, payload: JSON.stringify(review(BOTH)) },
      "could not answer a review",
    ],
  ];
  for (const [index, [name, status, request, message]] of kinds.entries()) {
    const requests = index === 0 ? 10_000 : 1_000;
    lines.length = 0;
    const statuses = new Set<number>();
    for (let sent = 0; sent < requests; sent++) {
      const answer = await app.inject({ method: "POST", url: "/mutate", ...request });
      statuses.add(answer.statusCode);
    }
    flush();
    t.same([...statuses], [status], name);
    t.equal(lines.length, LINES_PER_WINDOW + 1, name);
    t.match(lines.at(-1), { of: message, lines: requests - LINES_PER_WINDOW }, name);
  }
});
