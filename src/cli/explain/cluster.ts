import { readObject } from "../../adapters/kube/read-object.ts";
import { toSecret } from "../../adapters/kube/secrets/cached-secret.ts";
import { toNamespace } from "../../adapters/kube/to-namespace.ts";
import { toKubeObject } from "../../adapters/kube/watch/kube-object.ts";
import { type AuditedPod, readAuditedPod } from "../../core/audit/audited-pod.ts";
import { PullcredError } from "../../core/error.ts";
import { unknownNamespace } from "../../core/namespace/namespace.ts";
import { readServiceAccount } from "../../core/service-account/read-service-account.ts";
import { mayRead, mustRead, openClusterClient } from "../cluster-client.ts";
import type { ExplainPlace } from "./place.ts";

/** A cluster, with the rights of whoever runs the command. */
export type ExplainCluster = ExplainPlace & { pod(namespace: string, name: string): Promise<AuditedPod> };

/** Opens the cluster that KUBECONFIG names. */
export async function openExplainCluster(environment: NodeJS.ProcessEnv): Promise<ExplainCluster> {
  const { client, close } = await openClusterClient(environment, "name manifests by -f");
  return {
    close,
    hasOrigin: () => true,
    async pod(namespace, name) {
      const found = await mustRead(`Pod ${name}`, () => readObject(client, "pods", namespace, name));
      const read = found && readAuditedPod(found, namespace);
      if (read?.ok) return read.pod;
      const message = `could not find Pod ${name} in namespace ${namespace}: look at kubectl get pods -A`;
      throw new PullcredError("WrongUse", message);
    },
    async secret(namespace, name) {
      const found = await mayRead(`Secret ${name} in namespace ${namespace}`, async () => {
        return (await readObject(client, "secrets", namespace, name)) ?? "missing";
      });
      if (found === null) return "unknown";
      return found === "missing" ? found : toSecret(found);
    },
    async namespace(name) {
      const path = `/api/v1/namespaces/${encodeURIComponent(name)}`;
      const found = await mayRead(`namespace ${name}`, () => client.send({ method: "GET", path }));
      return found === null ? unknownNamespace(name) : toNamespace(toKubeObject(found.body));
    },
    async serviceAccount(namespace, name) {
      const what = `ServiceAccount ${name} in namespace ${namespace}`;
      const found = await mayRead(what, () => readObject(client, "serviceaccounts", namespace, name));
      return found ? readServiceAccount(found) : undefined;
    },
  };
}
