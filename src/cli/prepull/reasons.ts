import type { KubeClient } from "../../adapters/kube/client/kube-client.ts";
import type { DaemonSetApi } from "../../adapters/kube/daemon-set-api.ts";
import { findMissingSecrets } from "../../adapters/kube/find-missing-secrets.ts";
import type { KubeMetadata } from "../../adapters/kube/watch/kube-object.ts";
import type { PrepullDaemonSet } from "../../core/prepull/daemon-set.ts";
import { hideCredentials } from "../../core/prepull/hide-credentials.ts";
import type { ImageReport } from "../../core/prepull/pull-ledger.ts";

export type FailedPulls = {
  readonly client: KubeClient;
  readonly api: DaemonSetApi;
  readonly daemonSet: PrepullDaemonSet;
  readonly applied: KubeMetadata;
  /** The last one is what keeps the Pods running. */
  readonly images: readonly ImageReport[];
  /** Whether every node has its Pod. */
  readonly hasAllPods: boolean;
};

/** What explains the failures, beside their own messages. Whatever one may not look at is left out. */
export async function findReasons(failed: FailedPulls): Promise<readonly string[]> {
  const { client, api, daemonSet, applied, images, hasAllPods } = failed;
  const { namespace } = daemonSet.metadata;
  const refusal = hasAllPods ? undefined : await api.refusal(applied).catch(() => undefined);
  const notes = refusal === undefined ? [] : [hideCredentials(refusal)];
  if (images.every(({ problems }) => problems.length === 0)) return notes;
  const secrets = daemonSet.spec.template.spec.imagePullSecrets?.map(({ name }) => name) ?? [];
  const missing = await findMissingSecrets(client, namespace, secrets).catch(() => []);
  for (const name of missing) {
    notes.push(`there is no Secret ${name} in namespace ${namespace}: kubelet pulled without it`);
  }
  if (images.at(-1)?.problems.some(({ result }) => result === "Failed")) {
    notes.push(
      "the image that keeps the Pods running could not be pulled: give one that can by --pause-image",
    );
  }
  return notes;
}
