import type { Logger } from "pino";
import type { Metrics } from "../../adapters/observability/metrics.ts";
import { createSource } from "../../adapters/sources/create-source.ts";
import { monotonicClock, systemClock } from "../../adapters/time/system-clock.ts";
import type { CopyEnsurer } from "../../controllers/copy-ensurer.ts";
import type { CopyKeeper } from "../../controllers/copy-keeper.ts";
import type { OriginKeeper } from "../../controllers/origin-keeper.ts";
import { type PodRepairer, startPodRepairer } from "../../controllers/pod-repairer.ts";
import { createSourceKeeper, type SourceKeeper } from "../../controllers/source-keeper.ts";
import type { CompiledConfig, Mapping } from "../../core/config/compile.ts";
import type { StatusBoard } from "../../core/status/status-board.ts";
import { ownSecrets } from "../scopes.ts";
import type { Backend } from "./backend.ts";
import type { Verification } from "./verification.ts";

export type LeaderDutiesOptions = {
  readonly backend: Backend;
  readonly config: () => CompiledConfig;
  readonly ownNamespace: string;
  readonly origins: OriginKeeper;
  readonly copies: CopyKeeper;
  readonly ensurer: CopyEnsurer;
  readonly verification: Verification;
  readonly metrics: Metrics;
  readonly board: StatusBoard | undefined;
  readonly log: Logger;
};

/** What only the leader does: refresh the sources, keep the copies right, verify credentials and repair Pods. */
export type LeaderDuties = {
  lead(): void;
  /** Resolves when what had begun has ended. */
  follow(): Promise<void>;
  /** New mappings are in force, of which the origins may have to be read yet. */
  mappingsChanged(): void;
  /** A new config is in force, and its origins were read. */
  configChanged(): void;
  ownerChanged(secretName: string, namespace?: string): void;
  /** Resolves when this process leads and has asked every source once. */
  asked(): Promise<void>;
};

/** Nothing is done until `lead`. */
export function createLeaderDuties(options: LeaderDutiesOptions): LeaderDuties {
  const { backend, config, ownNamespace, origins, copies, ensurer, verification, metrics, board, log } =
    options;
  const { secrets, namespaces, serviceAccounts, owners, events, leadership, waitingPods } = backend;
  const mayAct = leadership.isHeld;
  const led = Promise.withResolvers<void>();
  let sources: SourceKeeper | undefined;
  let repairer: PodRepairer | undefined;
  // Every replica has them at 0: it is too late when it leads and has counted.
  metrics.refreshes.follow(() => config().mappings.flatMap(nameOfRefreshed));
  if (waitingPods !== undefined) metrics.repairs.follow(() => config().mappings.map(({ name }) => name));
  metrics.credentialExpiries(() => sources?.expiries() ?? new Map());

  function startSources(): SourceKeeper {
    return createSourceKeeper({
      createSource: ({ matchImages, credentials }) =>
        createSource(
          { matchImages, credentials },
          { secrets, ownNamespace, environment: process.env, clock: systemClock },
        ),
      secrets,
      owners,
      ownNamespace,
      mayAct,
      observe(result, registry, problem) {
        metrics.refreshes.count(registry, result);
        board?.refreshes.note(registry, problem);
      },
      events,
      clock: systemClock,
      random: Math.random,
      log,
    });
  }

  function startRepairing(): PodRepairer | undefined {
    if (waitingPods === undefined) return undefined;
    return startPodRepairer({
      pods: waitingPods,
      namespaces,
      serviceAccounts,
      copies: ensurer,
      config,
      ownNamespace,
      mayAct,
      observe: (result, registry) => metrics.repairs.count(registry, result),
      clock: monotonicClock,
      log,
    });
  }

  /**
   * What the leader knows goes into every namespace, and its watch may have fallen behind while it was none. Where nobody
   * answers, no copy can be written either.
   */
  async function lookAtOrigins(): Promise<void> {
    const names = new Set(config().mappings.flatMap(ownSecrets));

    await Promise.allSettled([...names].map((name) => secrets.look(ownNamespace, name)));
    await origins.idle();
  }

  return {
    lead() {
      metrics.leader.set(1);
      const term = startSources();
      sources = term;
      term.replace(config().mappings);
      origins.tellProblems();
      void lookAtOrigins().then(() => {
        if (sources === term) copies.lead();
      });
      verification.lead();
      repairer = startRepairing();
      led.resolve();
    },
    async follow() {
      metrics.leader.set(0);
      board?.refreshes.clear();
      const ending = [sources?.stop(), copies.follow(), repairer?.stop(), verification.follow()];
      sources = undefined;
      repairer = undefined;
      await Promise.all(ending);
    },
    mappingsChanged() {
      sources?.replace(config().mappings);
      verification.mappingsChanged();
    },
    configChanged: () => repairer?.configChanged(),
    ownerChanged: (secretName, namespace) => sources?.ownerChanged(secretName, namespace),
    async asked() {
      await led.promise;
      await sources?.idle();
    },
  };
}

/** A `secretRef` is its own origin: nothing refreshes it. */
function nameOfRefreshed({ name, credentials }: Mapping): readonly string[] {
  return "secretRef" in credentials ? [] : [name];
}
