import { isJsonObject } from "../../core/json/json-object.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { type KubeObject, toKubeObject } from "./watch/kube-object.ts";
import { acceptOf, type Collection, selectorOf } from "./watch/list-objects.ts";

/** A page is some megabytes at most: nothing that a cluster notices, or a laptop. */
const PAGE_SIZE = 500;

/** The objects of a collection, whose whole list may be too much for the memory. One page at a time is in it. */
export async function* streamObjects(client: KubeClient, collection: Collection): AsyncGenerator<KubeObject> {
  let next = "";
  do {
    const { body } = await client.send({
      method: "GET",
      path: collection.path,
      accept: acceptOf(collection, "PartialObjectMetadataList"),
      query: { ...selectorOf(collection), limit: String(PAGE_SIZE), ...(next !== "" && { continue: next }) },
    });
    if (isJsonObject(body) && Array.isArray(body.items)) yield* body.items.map(toKubeObject);
    next = (toKubeObject(body).metadata as { readonly continue?: string }).continue ?? "";
  } while (next !== "");
}
