import type { KubeClient } from "../../adapters/kube/client/kube-client.ts";
import { listPods } from "../../adapters/kube/list-pods.ts";
import { toSecret } from "../../adapters/kube/secrets/cached-secret.ts";
import { streamObjects } from "../../adapters/kube/stream-objects.ts";
import { toNamespace } from "../../adapters/kube/to-namespace.ts";
import { toKubeObject } from "../../adapters/kube/watch/kube-object.ts";
import { type AuditedPod, readAuditedPod } from "../../core/audit/audited-pod.ts";
import { type Finding, FindingKind, toFinding } from "../../core/audit/finding.ts";
import { createRegistryCover } from "../../core/audit/registry-cover.ts";
import type { CompiledConfig } from "../../core/config/compile.ts";
import { copyKey } from "../../core/copy/copy-key.ts";
import { type Namespace, unknownNamespace } from "../../core/namespace/namespace.ts";
import { readServiceAccount } from "../../core/service-account/read-service-account.ts";
import { mayRead, mustRead, openClusterClient } from "../cluster-client.ts";
import { type ClusterSecrets, createClusterSecrets, readSecret } from "./cluster-secrets.ts";
import type { AuditOptions } from "./command.ts";
import type { AuditInput, NamedServiceAccount } from "./input.ts";
import { readOrigins } from "./origins.ts";

/** So many Pods are looked at together: as many as a page has. */
const BATCH = 500;

/** Reads what a cluster's Pods are judged by, and then the Pods themselves. */
export async function readCluster(
  options: AuditOptions,
  config: CompiledConfig,
  environment: NodeJS.ProcessEnv,
): Promise<AuditInput> {
  const { client, close } = await openClusterClient(environment, "name manifests by -f");
  try {
    return { ...(await readWorld(client, options, config)), close };
  } catch (error) {
    close();
    throw error;
  }
}

async function readWorld(
  client: KubeClient,
  { namespace, ownNamespace, release }: AuditOptions,
  config: CompiledConfig,
): Promise<Omit<AuditInput, "close">> {
  const { mappings } = config;
  const origins = await readOrigins(mappings, ownNamespace, Date.now(), async (name) => {
    const found = await readSecret(client, ownNamespace, name);
    if (found === "missing") return undefined;
    return found === "unknown" ? found : toSecret(found);
  });
  const namespaces = await mayRead("the namespaces", () => readNamespaces(client, namespace));
  const accounts = await mayRead("the ServiceAccounts", () => readEnforcing(client, namespace));
  const secrets = createClusterSecrets({ client, release, mappings, origins: origins.byMapping, namespace });
  const hasSecrets = await secrets.load();
  const enforcing = new Map(
    accounts?.map(({ namespace: where, name, account }) => [copyKey(where, name), account]),
  );
  return {
    world: {
      config,
      ownNamespace,
      covers: createRegistryCover(mappings),
      namespace: (name) => namespaces?.get(name) ?? unknownNamespace(name),
      pullSecret: secrets.get,
      mountable: (where, name) => enforcing.get(copyKey(where, name))?.mountable ?? "any",
    },
    findings: [
      ...origins.findings,
      ...(namespaces === null ? [notRead("namespaces")] : []),
      ...(accounts === null ? [notRead("ServiceAccounts")] : []),
      ...(hasSecrets ? [] : [notRead("Secrets")]),
    ],
    serviceAccounts: accounts ?? [],
    pods: () => readPods(client, namespace, secrets),
  };
}

async function* readPods(
  client: KubeClient,
  namespace: string | undefined,
  secrets: ClusterSecrets,
): AsyncGenerator<readonly AuditedPod[]> {
  const listed = listPods(client, namespace);
  for (let isDone = false; !isDone; ) {
    const batch: AuditedPod[] = [];
    while (batch.length < BATCH && !isDone) {
      const { done = false, value } = await mustRead("the Pods", () => listed.next());
      isDone = done;
      const read = done ? undefined : readAuditedPod(value, "");
      if (read?.ok) batch.push(read.pod); // an API server lets no other Pod through
    }
    await secrets.lookUp(batch);
    yield batch;
  }
}

async function readNamespaces(
  client: KubeClient,
  name: string | undefined,
): Promise<ReadonlyMap<string, Namespace>> {
  const path = "/api/v1/namespaces";
  if (name !== undefined) {
    const { body } = await client.send({ method: "GET", path: `${path}/${encodeURIComponent(name)}` });
    return new Map([[name, toNamespace(toKubeObject(body))]]);
  }
  const namespaces = new Map<string, Namespace>();
  for await (const object of streamObjects(client, { path, metadataOnly: true })) {
    namespaces.set(object.metadata.name, toNamespace(object));
  }
  return namespaces;
}

/** The ServiceAccounts that keep their Pods from naming what they like: nearly none, of at least one in each namespace. */
async function readEnforcing(
  client: KubeClient,
  namespace: string | undefined,
): Promise<readonly NamedServiceAccount[]> {
  const place = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  const enforcing: NamedServiceAccount[] = [];
  for await (const object of streamObjects(client, { path: `/api/v1${place}/serviceaccounts` })) {
    const account = readServiceAccount(object);
    const { namespace: where = "", name } = object.metadata;
    if (account.mountable !== "any") enforcing.push({ namespace: where, name, account });
  }
  return enforcing;
}

function notRead(what: string): Finding {
  return toFinding({
    kind: FindingKind.NotRead,
    severity: "warning",
    message: `there is no right to list ${what}, so that findings about them are missing`,
    remedy: `grant list on ${what.toLowerCase()}, or audit a namespace of yours by -n`,
  });
}
