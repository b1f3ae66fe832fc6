import t from "tap";
import { createMetrics } from "../../src/adapters/observability/metrics.ts";
import type { Backend } from "../../src/cli/serve/backend.ts";
import type { ServeOptions } from "../../src/cli/serve/command.ts";
import { openStandaloneBackend } from "../../src/cli/serve/standalone-backend.ts";
import { createWebhook } from "../../src/cli/serve/webhook.ts";
import { bareNamespace } from "../../src/core/namespace/namespace.ts";
import type { WaitingPods } from "../../src/core/repair/waiting-pods.ts";
import type { Secret } from "../../src/core/secret/secret.ts";
import { config, configText } from "../builders/config.ts";
import { logRecorder } from "../builders/log-recorder.ts";

const REGISTRIES = [{ name: "harbor", matchImages: ["harbor.example.com"], secretName: "harbor-pull" }];
const TEAM_A = bareNamespace("team-a");

async function flush(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

/** A webhook on the standalone backend, of which a test replaces parts. */
async function setUp(replace: (backend: Backend) => Partial<Backend>, metrics = createMetrics()) {
  const { log } = logRecorder();
  const standalone = await openStandaloneBackend(undefined, log);
  const backend: Backend = { ...standalone, ...replace(standalone) };
  const file = t.testdir({ "config.yaml": configText(REGISTRIES) });
  const compiled = config(REGISTRIES);
  return createWebhook({
    options: { config: `${file}/config.yaml`, namespace: "pullcred" } as ServeOptions,
    initial: { config: compiled, text: configText(REGISTRIES) },
    backend,
    metrics,
    currentTrust: async () => undefined,
    log,
  });
}

t.test("a start that is overtaken by its stop does not stand for the leadership", async (t) => {
  for (const phase of ["while the cluster is looked at", "while the origins are read"] as const) {
    const held = Promise.withResolvers<void>();
    const calls: string[] = [];
    const webhook = await setUp(({ secrets }) => ({
      ready: () => (phase === "while the cluster is looked at" ? held.promise : Promise.resolve()),
      secrets: {
        ...secrets,
        async get(namespace: string, name: string): Promise<Secret | undefined> {
          await held.promise;
          return secrets.get(namespace, name);
        },
      },
      leadership: {
        isHeld: () => false,
        start: () => calls.push("start"),
        stop: async () => void calls.push("stop"),
      },
    }));
    const started = webhook.start();
    await flush();
    const stopped = webhook.stop();
    await flush();
    held.resolve();
    await Promise.all([started, stopped]);
    t.same(calls, ["stop"], phase);
  }
});

t.test("a stop ends the backend only when what reviews have begun has ended or is handed over", async (t) => {
  const writing = Promise.withResolvers<void>();
  const calls: string[] = [];
  const webhook = await setUp(({ secrets, unfinished }) => ({
    secrets: {
      ...secrets,
      async get(namespace: string, name: string): Promise<Secret | undefined> {
        if (namespace === TEAM_A.name) await writing.promise;
        return secrets.get(namespace, name);
      },
    },
    leadership: { isHeld: () => false, start: () => undefined, stop: async () => undefined },
    async stop() {
      calls.push(`end with ${unfinished.list()}`);
    },
  }));
  await webhook.start();
  const [mapping] = webhook.reviews.config().mappings;
  if (mapping === undefined) throw new Error("the config has a mapping");
  void webhook.reviews.copies.ensure(mapping, TEAM_A, false, 1_000);
  const stopped = webhook.stop();
  await flush();
  t.same(calls, []);
  writing.resolve();
  await stopped;
  t.same(calls, ["end with team-a/harbor-pull"], "there is no credential");
});

t.test(
  "the Pods that wait are followed by who leads, for as long as it does, and where that is asked for",
  async (t) => {
    for (const isAskedFor of [true, false]) {
      let following = 0;
      let election: Parameters<Backend["leadership"]["start"]> | undefined;
      const waitingPods: WaitingPods = {
        follow() {
          following += 1;
          return () => {
            following -= 1;
          };
        },
        findJob: async () => undefined,
        evict: async () => ({ kind: "gone" }),
      };
      const metrics = createMetrics();
      const replace = (): Partial<Backend> => ({
        ...(isAskedFor && { waitingPods }),
        leadership: {
          isHeld: () => true,
          start: (...callbacks) => {
            election = callbacks;
          },
          stop: async () => undefined,
        },
      });
      const webhook = await setUp(replace, metrics);
      const started = webhook.start();
      await flush();
      const [lead, follow] = election ?? [];
      t.equal(following, 0, "while another one leads");
      const futile = 'pullcred_repairs_total{registry="harbor",result="Futile"} 0';
      t.equal((await metrics.registry.metrics()).includes(futile), isAskedFor, "the first one will be seen");
      lead?.();
      t.equal(following, isAskedFor ? 1 : 0);
      await follow?.();
      t.equal(following, 0, "when the leadership is lost");
      lead?.();
      await started;
      await webhook.stop();
      t.equal(following, 0, "at the end");
    }
  },
);
