import type { KubeClient } from "../../adapters/kube/client/kube-client.ts";
import { readObject } from "../../adapters/kube/read-object.ts";
import { type Signs, toCachedCopy, toSecret } from "../../adapters/kube/secrets/cached-secret.ts";
import { streamObjects } from "../../adapters/kube/stream-objects.ts";
import type { KubeObject } from "../../adapters/kube/watch/kube-object.ts";
import type { AuditedPod } from "../../core/audit/audited-pod.ts";
import { createFactsMaker, type PullSecretFacts } from "../../core/audit/pull-secret-facts.ts";
import type { Mapping } from "../../core/config/compile.ts";
import { isManaged } from "../../core/copy/copy.ts";
import { copyKey, splitCopyKey } from "../../core/copy/copy-key.ts";
import type { Origin } from "../../core/copy/origin.ts";
import { isOfOtherRelease } from "../../core/copy/release.ts";
import { presentNames } from "../../core/manifest/pod-template.ts";
import { mapConcurrently } from "../../core/queue/map-concurrently.ts";
import { mayRead } from "../cluster-client.ts";

/** What is known of the pull secrets of a cluster: facts, and no credential. */
export type ClusterSecrets = {
  /** Reads them, page after page; false where there is no right to. */
  load(): Promise<boolean>;
  /** Looks up what these Pods name and `load` did not find. */
  lookUp(pods: readonly AuditedPod[]): Promise<void>;
  get(namespace: string, name: string): PullSecretFacts | "missing" | "unknown";
};

export type ClusterSecretsOptions = {
  readonly client: KubeClient;
  readonly release: string;
  readonly mappings: readonly Mapping[];
  readonly origins: ReadonlyMap<string, Origin>;
  /** The only one to read of; undefined for all. */
  readonly namespace: string | undefined;
};

const PULL_SECRET_TYPES = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];
const CONCURRENCY = 8;

/** Knows nothing before `load`. */
export function createClusterSecrets(options: ClusterSecretsOptions): ClusterSecrets {
  const { client, release, mappings, origins, namespace } = options;
  const signs: Signs = { manager: release, isOthers: (secret) => isOfOtherRelease(secret, release) };
  const toFacts = createFactsMaker();
  const known = new Map<string, PullSecretFacts | "missing" | "unknown">();
  const bySecretName = new Map(mappings.map((mapping) => [mapping.secretName, mapping.name]));
  let isLoaded = false;

  function keep(object: KubeObject): void {
    const { namespace: where = "", name } = object.metadata;
    const mapping = bySecretName.get(name);
    const isOurs = isManaged(toCachedCopy(object, signs));
    const origin = mapping === undefined ? undefined : origins.get(mapping);
    known.set(copyKey(where, name), toFacts(toSecret(object), isOurs, origin));
  }

  /** It is of another type, was made since, or is not there. */
  async function lookUpOne(key: string): Promise<void> {
    const { namespace: where, name } = splitCopyKey(key);
    if (!isLoaded) return;
    const found = await readSecret(client, where, name);
    if (typeof found === "object") keep(found);
    else known.set(key, found);
  }

  return {
    async load() {
      const place = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
      const isRead = await mayRead("the Secrets", async () => {
        for (const type of PULL_SECRET_TYPES) {
          const collection = { path: `/api/v1${place}/secrets`, fieldSelector: `type=${type}` };
          for await (const object of streamObjects(client, collection)) keep(object);
        }
        return true;
      });
      isLoaded = isRead ?? false;
      return isLoaded;
    },
    async lookUp(pods) {
      const named = pods.flatMap(({ pod, namespace: where }) =>
        presentNames(pod.spec.imagePullSecrets).map((name) => (name === "" ? "" : copyKey(where, name))),
      );
      const wanted = [...new Set(named)].filter((key) => key !== "" && !known.has(key));
      await mapConcurrently(wanted, CONCURRENCY, lookUpOne);
    },
    get: (where, name) => known.get(copyKey(where, name)) ?? "unknown",
  };
}

/** A Secret that may not be there, and that the user may have no right to. */
export async function readSecret(
  client: KubeClient,
  namespace: string,
  name: string,
): Promise<KubeObject | "missing" | "unknown"> {
  const found = await mayRead(`Secret ${name} in namespace ${namespace}`, async () => {
    return (await readObject(client, "secrets", namespace, name)) ?? "missing";
  });
  return found ?? "unknown";
}
