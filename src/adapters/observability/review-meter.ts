import { Counter, Histogram, type Registry } from "prom-client";
import { Reason } from "../../core/policy/reason.ts";

/** Counts reviews and the time that they take. */
export type ReviewMeter = {
  /** Counts a review that was answered for this reason. */
  count(reason: Reason): void;
  /** Notes from a parsed review to its answer. */
  observe(seconds: number): void;
};

/** So many times are gathered before they go into the histogram, which takes a tenth of a millisecond then. */
const GATHERED = 256;

/**
 * Notes plain numbers, and makes series of them later: a metric of prom-client builds a key of its labels each time, which
 * costs microseconds in the middle of a review, and all at once a tenth of that (`npm run bench -- --metrics-cost`).
 */
export function createReviewMeter(registers: Registry[]): ReviewMeter {
  const counts = new Map<Reason, number>(Object.values(Reason).map((reason) => [reason, 0]));
  new Counter({
    name: "pullcred_reviews_total",
    help: "Admission reviews answered, by reason.",
    labelNames: ["reason"],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of counts) if (count > 0) this.inc({ reason }, count);
    },
  });
  const gathered = new Float64Array(GATHERED);
  let length = 0;
  const histogram = new Histogram({
    name: "pullcred_review_duration_seconds",
    help: "Time from a parsed review to its answer.",
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
    collect: empty,
  });

  function empty(): void {
    for (const seconds of gathered.subarray(0, length)) histogram.observe(seconds);
    length = 0;
  }

  return {
    count(reason) {
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    },
    observe(seconds) {
      gathered[length++] = seconds;
      if (length === GATHERED) empty();
    },
  };
}
