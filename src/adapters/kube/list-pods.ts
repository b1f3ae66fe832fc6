import { isJsonObject } from "../../core/json/json-object.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { type KubeObject, toKubeObject } from "./watch/kube-object.ts";

/** A page of Pods is some megabytes: nothing that a cluster notices, or a laptop. */
const PAGE_SIZE = 500;
/** What has ended pulls no image any more. */
const NOT_ENDED = "status.phase!=Succeeded,status.phase!=Failed";

/** The Pods of a namespace, or of all, that have not ended. One page at a time is in memory. */
export async function* listPods(
  client: KubeClient,
  namespace: string | undefined,
): AsyncGenerator<KubeObject> {
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  let next = "";
  do {
    const query = {
      fieldSelector: NOT_ENDED,
      limit: String(PAGE_SIZE),
      ...(next !== "" && { continue: next }),
    };
    const { body } = await client.send({ method: "GET", path: `/api/v1${scope}/pods`, query });
    if (isJsonObject(body) && Array.isArray(body.items)) yield* body.items.map(toKubeObject);
    next = (toKubeObject(body).metadata as { readonly continue?: string }).continue ?? "";
  } while (next !== "");
}
