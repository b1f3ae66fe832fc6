import type { WatchHealth } from "../../../core/status/status-report.ts";
import type { Reflector } from "./reflector.ts";

/** How well a resource is followed by these watches, at this moment of their clock. */
export function describeWatches(
  resource: string,
  reflectors: readonly Reflector[],
  now: number,
): WatchHealth {
  return {
    resource,
    seconds: Math.max(0, ...reflectors.map((reflector) => now - reflector.heardAt())) / 1_000,
    watches: reflectors.length,
    unsynced: reflectors.filter((reflector) => !reflector.isSynced() || reflector.isForbidden()).length,
  };
}
