import type { Logger } from "pino";
import type { CompiledConfig, Mapping } from "../core/config/compile.ts";
import { CopyResult } from "../core/copy/copy-result.ts";
import type { NamespaceStore } from "../core/namespace/namespace-store.ts";
import { decide } from "../core/policy/decide.ts";
import { findLacks, type Lack } from "../core/policy/lacking.ts";
import { keepMountable } from "../core/policy/mountable.ts";
import { mayLosePod } from "../core/repair/job-allowance.ts";
import type { OwnedPod } from "../core/repair/owned-pod.ts";
import { createOwnerTrials } from "../core/repair/owner-trials.ts";
import { RepairResult } from "../core/repair/repair-result.ts";
import { createStuckPods } from "../core/repair/stuck-pods.ts";
import type { EvictionAnswer, WaitingPods } from "../core/repair/waiting-pods.ts";
import type { MountableSecrets, ServiceAccounts } from "../core/service-account/mountable-secrets.ts";
import type { Clock } from "../core/time/clock.ts";
import type { CopyEnsurer } from "./copy-ensurer.ts";

export type PodRepairerOptions = {
  readonly pods: WaitingPods;
  readonly namespaces: Pick<NamespaceStore, "peek">;
  readonly serviceAccounts: ServiceAccounts;
  readonly copies: Pick<CopyEnsurer, "ensure">;
  readonly config: () => CompiledConfig;
  readonly ownNamespace: string;
  readonly mayAct: () => boolean;
  /** Told of each outcome for each mapping that the Pod lacks, for metrics. */
  readonly observe: (result: RepairResult, registry: string) => void;
  /** One that nobody can set: only durations count. */
  readonly clock: Clock;
  readonly log: Logger;
};

export type PodRepairer = {
  /** Looks at all the Pods anew. */
  configChanged(): void;
  /** Resolves when what had begun has ended. */
  stop(): Promise<void>;
};

/** As long as a review waits for a copy by default. */
const COPY_DEADLINE_MS = 2_500;

/**
 * Evicts the Pods that stand in a failed pull for want of a pull secret that they would get if they were made now, so that
 * their controllers make them anew. One at a time; who is next, and when, the core decides. Only the leader runs one.
 */
export function startPodRepairer(options: PodRepairerOptions): PodRepairer {
  const { pods, namespaces, serviceAccounts, copies, config, ownNamespace, mayAct, observe, clock, log } =
    options;
  const trials = createOwnerTrials();
  const stuck = createStuckPods(trials);
  let cancel: () => void = () => undefined;
  let attempt: Promise<void> | undefined;
  let isStopped = false;
  let unfollow = follow();

  function follow(): () => void {
    return pods.follow({
      isWanted: (pod) =>
        !stuck.isSpared(pod, clock.now()) && findMendable(pod, peekMountable(pod)).length > 0,
      onList(found) {
        stuck.replace(found, clock.now());
        plan();
      },
      onChange(pod, isNew) {
        const awaited = isNew ? trials.awaited(pod.owner) : undefined;
        if (awaited !== undefined) judgeReplacement(pod, awaited);
        const isStuck = findMendable(pod, peekMountable(pod)).length > 0;
        if (isStuck) stuck.add(pod, clock.now());
        else stuck.remove(pod.uid);
        if (isStuck || awaited !== undefined) plan();
      },
      onGone: (uid) => stuck.remove(uid),
    });
  }

  function plan(): void {
    cancel();
    if (isStopped || attempt !== undefined) return;
    const now = clock.now();
    const turn = stuck.turn(now);
    if (turn.kind === "later") {
      if (turn.at !== Number.POSITIVE_INFINITY) cancel = clock.after(turn.at - now, plan);
      return;
    }
    attempt = repair(turn.pod)
      .catch((err: unknown) => {
        log.warn({ ...fieldsOf(turn.pod), err }, "could not repair a pod");
        stuck.putOff(turn.pod, clock.now(), 0);
      })
      .finally(() => {
        attempt = undefined;
        plan();
      });
  }

  async function repair(pod: OwnedPod): Promise<void> {
    const mountable = peekMountable(pod) ?? (await serviceAccounts.get(pod.namespace, accountOf(pod)));
    const mendable = findMendable(pod, mountable);
    if (mendable.length === 0) return stuck.remove(pod.uid);
    if (!mayAct() || !(await areStanding(mendable, pod))) return postpone(pod, 0);
    const secrets = mendable.map(({ secretName }) => secretName);
    const fields = { ...fieldsOf(pod), secrets };
    const tell = (result: RepairResult): void => {
      for (const { name } of mendable) observe(result, name);
    };
    const fail = (err: unknown): void => {
      tell(RepairResult.Failed);
      log.warn({ ...fields, err }, "could not evict a pod: trying again later");
      postpone(pod, 0);
    };
    if (pod.owner.kind === "Job" && !mayLosePod(await pods.findJob(pod), pod.owner.uid)) {
      tell(RepairResult.Spared);
      log.debug(fields, "the job of a pod has too few attempts left: looking again later");
      return stuck.spare(pod, clock.now());
    }
    if (!mayAct()) return postpone(pod, 0);
    trials.evicting(pod.owner, secrets, clock.now());
    let answer: EvictionAnswer;
    try {
      answer = await pods.evict(pod);
    } catch (err) {
      return fail(err); // perhaps another Pod is on its way
    }
    if (answer.kind !== "evicted") trials.spared(pod.owner);
    switch (answer.kind) {
      case "evicted":
        tell(RepairResult.Evicted);
        log.info(fields, "pod evicted");
        return stuck.went(pod, clock.now());
      case "gone":
        return stuck.went(pod, clock.now());
      case "changed":
        return postpone(pod, 0);
      case "blocked":
        tell(RepairResult.Blocked);
        log.debug(fields, "the eviction of a pod is blocked: trying again later");
        return postpone(pod, answer.retryAfter);
      case "refused":
        return fail(answer.error);
    }
  }

  function postpone(pod: OwnedPod, retryAfter: number): void {
    stuck.putOff(pod, clock.now(), retryAfter);
  }

  /** Whether the replacement would find what it is made for. */
  async function areStanding(mappings: readonly Mapping[], pod: OwnedPod): Promise<boolean> {
    const namespace = namespaces.peek(pod.namespace);
    if (namespace === undefined) return false;
    const outcomes = await Promise.all(
      mappings.map((mapping) => copies.ensure(mapping, namespace, false, COPY_DEADLINE_MS)),
    );
    return outcomes.every(({ result }) => result === CopyResult.Current || result === CopyResult.Written);
  }

  /** By nothing but what the Pod before it was evicted for: of that it is known that the ServiceAccount lets it be named. */
  function judgeReplacement(pod: OwnedPod, awaited: readonly string[]): void {
    const lacks = findAllLacks(pod, "any").filter(({ mapping }) => awaited.includes(mapping.secretName));
    const isLacking = lacks.length > 0;
    trials.replaced(pod.owner, isLacking, clock.now());
    if (!isLacking) return;
    for (const { mapping } of lacks) observe(RepairResult.Futile, mapping.name);
    const secrets = lacks.map(({ mapping }) => mapping.secretName);
    log.warn(
      { ...fieldsOf(pod), secrets },
      "the pod in the place of an evicted one lacks its pull secrets, too: is the webhook called for it?",
    );
  }

  /** The mappings that the Pod lacks for an image which it waits for in vain. */
  function findMendable(pod: OwnedPod, mountable: MountableSecrets | undefined): readonly Mapping[] {
    if (pod.failing.size === 0) return [];
    return findAllLacks(pod, mountable)
      .filter(({ images }) => images.some((image) => pod.failing.has(image)))
      .map(({ mapping }) => mapping);
  }

  /** A namespace that is not known yet has Pods that are seen again: kubelet tells of each of its tries. */
  function findAllLacks(pod: OwnedPod, mountable: MountableSecrets | undefined): readonly Lack[] {
    const namespace = namespaces.peek(pod.namespace);
    if (namespace === undefined || namespace.terminating) return [];
    const wanted = decide(pod.pod, namespace, ownNamespace, config());
    return findLacks(pod.pod, keepMountable(wanted, mountable ?? "any").decision, config());
  }

  function peekMountable(pod: OwnedPod): MountableSecrets | undefined {
    return serviceAccounts.peek(pod.namespace, accountOf(pod));
  }

  return {
    configChanged() {
      unfollow();
      unfollow = follow();
    },
    async stop() {
      isStopped = true;
      cancel();
      unfollow();
      await attempt;
    },
  };
}

function accountOf({ pod }: OwnedPod): string {
  return pod.spec.serviceAccountName || "default";
}

function fieldsOf({ namespace, name, owner }: OwnedPod): object {
  return { namespace, pod: name, owner: `${owner.kind}/${owner.name}` };
}
