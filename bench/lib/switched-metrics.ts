// In the place of the modules that measure each review: the same, and nothing while the switch is off.
import { createMetrics as createReal, type Metrics } from "../../src/adapters/observability/metrics.ts";
import {
  MAPPING_REASONS as REASONS,
  visitMappingReasons as visit,
} from "../../src/core/policy/mapping-reasons.ts";

export const MAPPING_REASONS = REASONS;

const metricsSwitch = { isOn: true };

// Whenever told how the switch should be, it tells how much CPU time the server has used, in microseconds.
process.on("message", ({ isOn }: typeof metricsSwitch) => {
  metricsSwitch.isOn = isOn;
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
// Who may send a message does not keep the server from ending.
process.channel?.unref();

/** The metrics, with a switch before those of each review. */
export function createMetrics(): Metrics {
  const metrics = createReal();
  const { reviews, decisions } = metrics;
  return {
    ...metrics,
    reviews: {
      count(reason) {
        if (metricsSwitch.isOn) reviews.count(reason);
      },
      observe(seconds) {
        if (metricsSwitch.isOn) reviews.observe(seconds);
      },
    },
    decisions: {
      ...decisions,
      count(mapping, reason) {
        if (metricsSwitch.isOn) decisions.count(mapping, reason);
      },
    },
  };
}

/** The reasons by mapping, which but for the metrics nobody would look at. */
export const visitMappingReasons: typeof visit = (wanted, kept, onReason) => {
  if (metricsSwitch.isOn) visit(wanted, kept, onReason);
};
