import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Logger } from "pino";
import { chooseAccess } from "../../adapters/kube/client/choose-access.ts";
import { createKubeClient } from "../../adapters/kube/client/kube-client.ts";
import { createConnection } from "../../adapters/kube/client/kube-connection.ts";
import { createKubeEvents } from "../../adapters/kube/kube-events.ts";
import { createKubeLeaseStore } from "../../adapters/kube/kube-lease-store.ts";
import { createKubeNamespaceStore } from "../../adapters/kube/kube-namespace-store.ts";
import { createKubeOwners } from "../../adapters/kube/kube-owners.ts";
import { findReleaseOwner } from "../../adapters/kube/kube-release-owner.ts";
import { createKubeServiceAccounts } from "../../adapters/kube/kube-service-accounts.ts";
import { createKubeTrustedBundle } from "../../adapters/kube/kube-trusted-bundle.ts";
import { createKubeUnfinishedCopies } from "../../adapters/kube/kube-unfinished-copies.ts";
import { createKubeWaitingPods } from "../../adapters/kube/kube-waiting-pods.ts";
import { createKubeSecretStore } from "../../adapters/kube/secrets/kube-secret-store.ts";
import { createSecretApi } from "../../adapters/kube/secrets/secret-api.ts";
import { describeWatches } from "../../adapters/kube/watch/describe-watches.ts";
import { type Reflector, type StartReflector, startReflector } from "../../adapters/kube/watch/reflector.ts";
import type { Metrics } from "../../adapters/observability/metrics.ts";
import { monotonicClock, systemClock } from "../../adapters/time/system-clock.ts";
import { type LeaderElection, startLeaderElection } from "../../controllers/leader-election.ts";
import type { CompiledConfig } from "../../core/config/compile.ts";
import { isOfOtherRelease } from "../../core/copy/release.ts";
import { MOST_STUCK } from "../../core/repair/stuck-pods.ts";
import type { OwnerReference } from "../../core/secret/secret.ts";
import type { WatchHealth } from "../../core/status/status-report.ts";
import { namedScopes, originName, ownSecrets, wholeScopes } from "../scopes.ts";
import type { Backend, Leadership } from "./backend.ts";

export type ClusterBackendOptions = {
  readonly environment: NodeJS.ProcessEnv;
  readonly namespace: string;
  /** Names the Lease, the ConfigMap of unfinished copies and, with a Secret's name behind it, the roles. */
  readonly release: string;
  /** Whether a mapping that names its namespaces has a Role in each of them, and no ClusterRole. */
  readonly namespacedRoles: boolean;
  /** Whether pullcred keeps its own certificates, and tells API servers to trust them. */
  readonly manageCertificate: boolean;
  /** Whether the leader is to evict Pods that lack their pull secrets. */
  readonly repairPods: boolean;
  /** Of these namespaces it evicts none. */
  readonly repairExcludeNamespace: readonly string[];
  readonly metrics: Pick<Metrics, "watchStaleness">;
  readonly log: Logger;
};

/**
 * As long as the lease lasts beyond its renewal's deadline: of what a leader sent while it might, nearly all has ended when
 * another one takes over.
 */
const REQUEST_TIMEOUT_MS = 5_000;

/** Opens the cluster that KUBECONFIG names, or the one that this is a Pod of. */
export async function openClusterBackend(options: ClusterBackendOptions): Promise<Backend> {
  const { environment, namespace, release, metrics, log } = options;
  const access = chooseAccess(environment, "add --standalone");
  const connection = createConnection(access, monotonicClock);
  await connection.route(); // where there is no way at all, a person should know at once
  const toClient = { timeout: REQUEST_TIMEOUT_MS, userAgent: "pullcred" };
  const client = createKubeClient({ ...toClient, connection });
  // A renewal must not queue behind hundreds of writes.
  const leaseConnection = createConnection(access, monotonicClock);
  const leaseClient = createKubeClient({ ...toClient, connection: leaseConnection });
  const identity = `${hostname()}_${randomUUID()}`;
  let config: CompiledConfig | undefined;
  let tellOwner: (secretName: string, namespace?: string) => void = () => undefined;

  const shared = { clock: systemClock, random: Math.random, log };
  const clock = monotonicClock;
  const reflect: StartReflector = (reflected) => startReflector({ ...shared, clock, client, ...reflected });
  const secrets = createKubeSecretStore({
    api: createSecretApi(client, release, monotonicClock),
    ownNamespace: namespace,
    signs: { manager: release, isOthers: (secret) => isOfOtherRelease(secret, release) },
    startReflector: reflect,
  });
  const namespaces = createKubeNamespaceStore({ client, startReflector: reflect });
  const serviceAccounts = createKubeServiceAccounts({ client, startReflector: reflect });
  const owners = createKubeOwners({
    release,
    startReflector: reflect,
    onChange: (secretName, place) => tellOwner(secretName, place),
  });
  const unfinished = createKubeUnfinishedCopies({
    ...shared,
    client,
    namespace,
    name: `${release}-unfinished`,
    owner,
    startReflector: reflect,
  });
  const certificateName = `${release}-certificate`;
  const bundle = options.manageCertificate
    ? createKubeTrustedBundle({ client, name: release, startReflector: reflect })
    : undefined;
  const waitingPods = options.repairPods
    ? createKubeWaitingPods({
        client,
        startReflector: reflect,
        most: MOST_STUCK,
        excludedNamespaces: options.repairExcludeNamespace,
      })
    : undefined;
  const leadership = createLeadership(release);
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

  function owner(): Promise<OwnerReference | undefined> {
    return findReleaseOwner(client, release);
  }

  function createLeadership(name: string): Leadership {
    let election: LeaderElection | undefined;
    let isStopped = false;
    const leases = createKubeLeaseStore({
      client: leaseClient,
      namespace,
      name,
      owner: () => findReleaseOwner(leaseClient, release),
      now: systemClock.now,
    });
    return {
      // What is behind the underscore tells one life of a Pod from another.
      lease: { name, holder: () => election?.holder()?.split("_", 1)[0] },
      isHeld: () => election?.isHeld() ?? false,
      start(onLead, onFollow) {
        if (isStopped) return; // a start that was overtaken by its end
        const candidate = { leases, identity, onLead, onFollow, clock };
        election = startLeaderElection({ ...shared, ...candidate, log: log.child({ lease: name }) });
      },
      async stop() {
        isStopped = true;
        await election?.stop();
      },
    };
  }

  const kinds: Readonly<Record<string, () => readonly Reflector[]>> = {
    secrets: secrets.reflectors,
    namespaces: () => [namespaces.reflector],
    serviceaccounts: () => [serviceAccounts.reflector],
    clusterroles: () => owners.reflectors("ClusterRole"),
    ...(options.namespacedRoles && { roles: () => owners.reflectors("Role") }),
    configmaps: () => [unfinished.reflector],
    ...(bundle && { mutatingwebhookconfigurations: () => [bundle.reflector] }),
    ...(waitingPods && { pods: waitingPods.reflectors }),
  };
  const watches = (): readonly WatchHealth[] =>
    Object.entries(kinds).map(([resource, reflectors]) =>
      describeWatches(resource, reflectors(), clock.now()),
    );
  metrics.watchStaleness(watches);

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
    watches,
    ...(waitingPods && { waitingPods }),
    ...(bundle && {
      certificates: {
        namespace,
        name: certificateName,
        // By the first one API servers call a Service, by the second one people through a forwarded port.
        hosts: [`${release}.${namespace}.svc`, "localhost"],
        bundle,
        owner,
        // Its own: who leads the rest may be a Pod of before, which was told to leave certificates alone.
        leadership: createLeadership(certificateName),
      },
    }),
    configure(next) {
      config = next;
      const scopes = options.namespacedRoles
        ? namedScopes(next.mappings, namespace)
        : wholeScopes(next.mappings);
      secrets.follow(
        scopes.copies,
        new Set([...next.mappings.flatMap(ownSecrets), ...(bundle ? [certificateName] : [])]),
      );
      owners.follow(scopes.roles);
    },
    async ready() {
      await Promise.all(Object.values(kinds).flatMap((reflectors) => reflectors().map(({ tried }) => tried)));
    },
    async stop() {
      secrets.stop();
      namespaces.reflector.stop();
      serviceAccounts.reflector.stop();
      owners.stop();
      bundle?.reflector.stop();
      await unfinished.stop();
      connection.close();
      leaseConnection.close();
    },
  };
}
