import t from "tap";
import { describeWatches } from "../../../../src/adapters/kube/watch/describe-watches.ts";
import type { Reflector } from "../../../../src/adapters/kube/watch/reflector.ts";

function reflector(heardAt: number, isSynced = true, isForbidden = false): Reflector {
  return {
    isSynced: () => isSynced,
    isForbidden: () => isForbidden,
    tried: Promise.resolve(),
    heardAt: () => heardAt,
    stop: () => undefined,
  };
}

t.test("a resource is as well followed as the worst of its watches", async (t) => {
  const rows = [
    ["nothing to follow", [], { seconds: 0, watches: 0, unsynced: 0 }],
    ["one that was just heard of", [reflector(10_000)], { seconds: 0, watches: 1, unsynced: 0 }],
    ["one is behind", [reflector(9_000), reflector(2_500)], { seconds: 7.5, watches: 2, unsynced: 0 }],
    ["not listed yet", [reflector(9_000), reflector(9_000, false)], { seconds: 1, watches: 2, unsynced: 1 }],
    ["a right was lost", [reflector(9_000, true, true)], { seconds: 1, watches: 1, unsynced: 1 }],
  ] as const;
  for (const [name, reflectors, expected] of rows)
    t.same(describeWatches("secrets", reflectors, 10_000), { resource: "secrets", ...expected }, name);
});
