import type { Test } from "tap";
import { startPodRepairer } from "../../src/controllers/pod-repairer.ts";
import type { CompiledConfig } from "../../src/core/config/compile.ts";
import { CopyResult } from "../../src/core/copy/copy-result.ts";
import type { JsonObject } from "../../src/core/json/json-object.ts";
import { bareNamespace, type Namespace } from "../../src/core/namespace/namespace.ts";
import type { EvictionAnswer, WaitingPodsListener } from "../../src/core/repair/waiting-pods.ts";
import type { MountableSecrets } from "../../src/core/service-account/mountable-secrets.ts";
import { config } from "./config.ts";
import { fakeClock } from "./fake-clock.ts";
import { logRecorder } from "./log-recorder.ts";
import { type StuckPodParts, stuckPod } from "./stuck-pod.ts";

export const HARBOR = {
  name: "harbor",
  matchImages: ["harbor.example.com"],
  secretName: "harbor-pull",
  namespaces: { exclude: ["forbidden"] },
};
export const DEBUG = { name: "debug", matchImages: ["debug.example.com"], secretName: "debug-pull" };
export const EVICTED: EvictionAnswer = { kind: "evicted" };
export const SECOND = 1_000;

/** A repairer of Pods in a world that a test changes as it goes. */
export function repairerWorld(t: Test) {
  const clock = fakeClock();
  const { log, lines } = logRecorder();
  const evictions: string[] = [];
  const results: string[] = [];
  const copies: string[] = [];
  const listeners: WaitingPodsListener[] = [];
  const world = {
    config: config([HARBOR, DEBUG]) as CompiledConfig,
    mayAct: true,
    follows: 0,
    job: async (): Promise<JsonObject | undefined> => undefined,
    answer: async (): Promise<EvictionAnswer> => EVICTED,
    copy: CopyResult.Current as CopyResult,
    onCopy: (): void => undefined,
    mountable: "any" as MountableSecrets,
    namespace: (name: string): Namespace | undefined => bareNamespace(name),
  };
  const repairer = startPodRepairer({
    pods: {
      follow(next) {
        listeners.push(next);
        world.follows += 1;
        return () => {
          world.follows -= 1;
        };
      },
      findJob: () => world.job(),
      evict(pod) {
        evictions.push(`${pod.namespace}/${pod.name} ${clock.now() / SECOND}`);
        return world.answer();
      },
    },
    namespaces: { peek: (name) => world.namespace(name) },
    serviceAccounts: {
      peek: (_, name) => (name === "strict" ? undefined : "any"),
      get: async () => world.mountable,
    },
    copies: {
      async ensure(mapping, namespace, dryRun) {
        copies.push(`${namespace.name}/${mapping.secretName}${dryRun ? " dry" : ""}`);
        world.onCopy();
        return { result: world.copy };
      },
    },
    config: () => world.config,
    ownNamespace: "pullcred",
    mayAct: () => world.mayAct,
    observe: (result, registry) => results.push(`${result} ${registry}`),
    clock,
    log,
  });
  t.teardown(repairer.stop);
  const listener = (): WaitingPodsListener => {
    const last = listeners.at(-1);
    if (last === undefined) throw new Error("nobody follows");
    return last;
  };
  async function flush(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  }
  return {
    ...{ clock, lines, evictions, results, copies, world, repairer, listener, flush },
    see: (parts: StuckPodParts = {}) => listener().onChange(stuckPod(parts), false),
    make: (parts: StuckPodParts = {}) => listener().onChange(stuckPod({ reason: "", ...parts }), true),
    /** Step by step, so that what is waited for comes in between. */
    async pass(ms: number, step = SECOND): Promise<void> {
      for (let passed = 0; passed < ms; passed += step) {
        clock.advance(step);
        await flush();
      }
    },
  };
}
