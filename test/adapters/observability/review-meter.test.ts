import { Registry } from "prom-client";
import t from "tap";
import { createReviewMeter } from "../../../src/adapters/observability/review-meter.ts";

t.test("whenever the metrics are read, every review is in them, once", async (t) => {
  const registry = new Registry();
  const meter = createReviewMeter([registry]);
  const read = async (): Promise<readonly string[]> => {
    const text = await registry.metrics();
    return text.split("\n").filter((line) => /^pullcred_\w+_(total|count|bucket\{le="0.001"\})/.test(line));
  };
  t.same(await read(), [
    'pullcred_review_duration_seconds_bucket{le="0.001"} 0',
    "pullcred_review_duration_seconds_count 0",
  ]);
  // More than are gathered, and a number that leaves some.
  for (let index = 0; index < 1_001; index++) {
    meter.count(index === 0 ? "OptedOut" : "Injected");
    meter.observe(index % 2 === 0 ? 0.0007 : 0.2);
  }
  const expected = [
    'pullcred_reviews_total{reason="Injected"} 1000',
    'pullcred_reviews_total{reason="OptedOut"} 1',
    'pullcred_review_duration_seconds_bucket{le="0.001"} 501',
    "pullcred_review_duration_seconds_count 1001",
  ];
  t.same(await read(), expected);
  t.same(await read(), expected, "reading counts nothing");
});
