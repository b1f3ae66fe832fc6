import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Logger } from "pino";
import { chooseAccess } from "../adapters/kube/client/choose-access.ts";
import { createKubeClient } from "../adapters/kube/client/kube-client.ts";
import { createConnection } from "../adapters/kube/client/kube-connection.ts";
import { createKubeEvents } from "../adapters/kube/kube-events.ts";
import { createKubeLeaseStore } from "../adapters/kube/kube-lease-store.ts";
import { createKubeNamespaceStore } from "../adapters/kube/kube-namespace-store.ts";
import { createKubeOwners } from "../adapters/kube/kube-owners.ts";
import { createKubeServiceAccounts } from "../adapters/kube/kube-service-accounts.ts";
import { createKubeUnfinishedCopies } from "../adapters/kube/kube-unfinished-copies.ts";
import { createKubeSecretStore } from "../adapters/kube/secrets/kube-secret-store.ts";
import { createSecretApi } from "../adapters/kube/secrets/secret-api.ts";
import { type Reflector, type StartReflector, startReflector } from "../adapters/kube/watch/reflector.ts";
import type { Metrics } from "../adapters/observability/metrics.ts";
import { monotonicClock, systemClock } from "../adapters/time/system-clock.ts";
import { type LeaderElection, startLeaderElection } from "../controllers/leader-election.ts";
import type { CompiledConfig, Mapping } from "../core/config/compile.ts";
import type { Backend, Leadership } from "./backend.ts";

export type ClusterBackendOptions = {
  readonly environment: NodeJS.ProcessEnv;
  readonly namespace: string;
  /** Names the Lease, the ConfigMap of unfinished copies and, with a mapping's name behind it, its ClusterRole. */
  readonly release: string;
  readonly metrics: Pick<Metrics, "watchStaleness">;
  readonly log: Logger;
};

/** Of the lease's duration, 5 s are left after its renewal's deadline: no write of a former leader may end later. */
const REQUEST_TIMEOUT_MS = 5_000;

/** Opens the cluster that KUBECONFIG names, or the one that this is a Pod of. */
export async function openClusterBackend(options: ClusterBackendOptions): Promise<Backend> {
  const { environment, namespace, release, metrics, log } = options;
  const connection = createConnection(chooseAccess(environment), systemClock);
  await connection.route(); // where there is no way at all, a person should know at once
  const client = createKubeClient({ connection, timeout: REQUEST_TIMEOUT_MS, userAgent: "pullcred" });
  const identity = `${hostname()}_${randomUUID()}`;
  let config: CompiledConfig | undefined;
  let tellOwner: (mapping: string) => void = () => undefined;

  const shared = { clock: systemClock, random: Math.random, log };
  const reflect: StartReflector = (reflected) => startReflector({ ...shared, client, ...reflected });
  const secrets = createKubeSecretStore({
    api: createSecretApi(client),
    ownNamespace: namespace,
    startReflector: reflect,
  });
  const namespaces = createKubeNamespaceStore({ client, startReflector: reflect });
  const serviceAccounts = createKubeServiceAccounts({ client, startReflector: reflect });
  const owners = createKubeOwners({
    prefix: `${release}-`,
    startReflector: reflect,
    onChange: (mapping) => tellOwner(mapping),
  });
  const unfinished = createKubeUnfinishedCopies({
    ...shared,
    client,
    namespace,
    name: `${release}-unfinished`,
    startReflector: reflect,
  });
  const leadership = createLeadership();
  const events = createKubeEvents({
    client,
    namespace,
    instance: identity,
    originOf: (name) => {
      const mapping = config?.mappings.find((candidate) => candidate.name === name);
      return mapping && originName(mapping);
    },
    mayAct: leadership.isHeld,
    now: systemClock.now,
    log,
  });

  function createLeadership(): Leadership {
    let election: LeaderElection | undefined;
    const leases = createKubeLeaseStore({ client, namespace, name: release, now: systemClock.now });
    return {
      isHeld: () => election?.isHeld() ?? false,
      start(onLead, onFollow) {
        const clock = monotonicClock;
        election = startLeaderElection({ ...shared, leases, identity, onLead, onFollow, clock });
      },
      stop: async () => election?.stop(),
    };
  }

  const kinds: Readonly<Record<string, () => readonly Reflector[]>> = {
    secrets: secrets.reflectors,
    namespaces: () => [namespaces.reflector],
    serviceaccounts: () => [serviceAccounts.reflector],
    clusterroles: owners.reflectors,
    configmaps: () => [unfinished.reflector],
  };
  metrics.watchStaleness(() =>
    Object.entries(kinds).map(([resource, reflectors]) => ({
      resource,
      seconds:
        Math.max(0, ...reflectors().map((reflector) => systemClock.now() - reflector.heardAt())) / 1_000,
    })),
  );

  return {
    secrets,
    namespaces,
    serviceAccounts,
    owners,
    onOwner(listener) {
      tellOwner = listener;
    },
    unfinished,
    events,
    leadership,
    configure(next) {
      config = next;
      secrets.follow(
        new Set(next.mappings.map(({ secretName }) => secretName)),
        new Set(next.mappings.map(originName)),
      );
      owners.follow(new Set(next.mappings.map(({ name }) => name)));
    },
    async ready() {
      await Promise.all(Object.values(kinds).flatMap((reflectors) => reflectors().map(({ tried }) => tried)));
    },
    async stop() {
      secrets.stop();
      namespaces.reflector.stop();
      serviceAccounts.reflector.stop();
      owners.stop();
      await unfinished.stop();
      connection.close();
    },
  };
}

/** Where a mapping's credential is: the Secret of its secretRef, else the one that the leader writes. */
function originName({ credentials, secretName }: Mapping): string {
  return "secretRef" in credentials ? credentials.secretRef.name : secretName;
}
