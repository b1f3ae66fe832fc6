import { isJsonObject } from "../../../core/json/json-object.ts";
import type { KubeClient } from "../client/kube-client.ts";
import { type KubeObject, toKubeObject } from "./kube-object.ts";

/** What is listed and watched. */
export type Collection = {
  /** For example `/api/v1/secrets`. */
  readonly path: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** Whether only the metadata of the objects is asked for. */
  readonly metadataOnly?: boolean;
};

/** A whole list, and the version from which a watch goes on. */
export type ObjectList = { readonly items: readonly KubeObject[]; readonly resourceVersion: string };

/** A page is small enough to be sent and parsed without anybody waiting. */
const PAGE_SIZE = 500;

/** Whether an object of a list is kept, beside so many that are already; the rest of its page is forgotten at once. */
export type IsKept = (object: KubeObject, kept: number) => boolean;

/** Lists a collection, page after page. Rejects once the signal says that nobody waits for the next one. */
export async function listObjects(
  client: KubeClient,
  collection: Collection,
  signal: AbortSignal,
  isKept: IsKept = () => true,
): Promise<ObjectList> {
  const items: KubeObject[] = [];
  let next = "";
  for (;;) {
    const { body } = await client.send({
      method: "GET",
      path: collection.path,
      accept: acceptOf(collection, "PartialObjectMetadataList"),
      query: { ...selectorOf(collection), limit: String(PAGE_SIZE), ...(next !== "" && { continue: next }) },
    });
    const { metadata } = toKubeObject(body);
    const page = isJsonObject(body) && Array.isArray(body.items) ? body.items.map(toKubeObject) : [];
    for (const object of page) if (isKept(object, items.length)) items.push(object);
    const { continue: rest } = metadata as { readonly continue?: string };
    signal.throwIfAborted();
    if (!rest) return { items, resourceVersion: metadata.resourceVersion };
    next = rest;
  }
}

/** The selectors of a request. */
export function selectorOf({ fieldSelector, labelSelector }: Collection): Readonly<Record<string, string>> {
  return {
    ...(fieldSelector !== undefined && { fieldSelector }),
    ...(labelSelector !== undefined && { labelSelector }),
  };
}

/** The media type that asks for the objects, or for their metadata only. */
export function acceptOf({ metadataOnly }: Collection, kind: string): string {
  return metadataOnly ? `application/json;as=${kind};v=v1;g=meta.k8s.io` : "application/json";
}
