import type { JsonObject } from "../../core/json/json-object.ts";
import { hasStatus } from "./client/api-error.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { listObjects } from "./watch/list-objects.ts";

/** A collection of the API; its items come without their kind. */
type Wanted = { readonly kind: string; readonly path: string; readonly fieldSelector?: string };

const PULL_SECRET_TYPES = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];

/** What tools for pull secrets keep in the API; nearly no cluster has both. */
const TOOLS: readonly Wanted[] = [
  {
    kind: "ConfigMap",
    path: "/api/v1/namespaces/kube-system/configmaps",
    fieldSelector: "metadata.name=acr-configuration",
  },
  { kind: "ImagePullSecret", path: "/apis/tcr.tencentcloudcr.com/v1/imagepullsecrets" },
];

/**
 * Lists the Secrets that kubelet pulls with, the ServiceAccounts that name them, and what the known tools are configured
 * with: in the whole cluster, or the former two in one namespace.
 */
export async function listPullSecrets(
  client: KubeClient,
  namespace?: string,
): Promise<readonly JsonObject[]> {
  const place = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  const wanted: readonly Wanted[] = [
    { kind: "ServiceAccount", path: `/api/v1${place}/serviceaccounts` },
    ...PULL_SECRET_TYPES.map((type) => ({
      kind: "Secret",
      path: `/api/v1${place}/secrets`,
      fieldSelector: `type=${type}`,
    })),
  ];
  const objects = await Promise.all(wanted.map((one) => list(client, one)));
  const ofTools =
    namespace === undefined ? await Promise.all(TOOLS.map((one) => listIfThere(client, one))) : [];
  return [...objects, ...ofTools].flat();
}

async function list(client: KubeClient, { kind, ...collection }: Wanted): Promise<readonly JsonObject[]> {
  const { items } = await listObjects(client, collection, new AbortController().signal);
  return items.map((item) => ({ ...item, kind, ...(kind === "ImagePullSecret" && { apiVersion: TCR }) }));
}

const TCR = "tcr.tencentcloudcr.com/v1";

/** None where nobody has installed the tool, or the user may not see what it is configured with. */
async function listIfThere(client: KubeClient, wanted: Wanted): Promise<readonly JsonObject[]> {
  try {
    return await list(client, wanted);
  } catch (error) {
    if (hasStatus(error, 404) || hasStatus(error, 403)) return [];
    throw error;
  }
}
