import { isJsonObject, type JsonObject } from "../../../core/json/json-object.ts";

/** An object of the Kubernetes API as it comes: the metadata that every one has, and the rest unread. */
export type KubeObject = JsonObject & { readonly metadata: KubeMetadata };

/** The metadata of an object that an API server sent: it has checked the types. */
export type KubeMetadata = {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
    readonly blockOwnerDeletion?: boolean;
  }[];
  readonly managedFields?: readonly ManagedFields[];
};

/** Which fields a field manager has set. (https://kubernetes.io/docs/reference/using-api/server-side-apply/) */
export type ManagedFields = {
  readonly manager?: string;
  readonly operation?: string;
  readonly fieldsV1?: JsonObject;
};

/** Takes an answer as an object of the API; throws where it is none. */
export function toKubeObject(value: unknown): KubeObject {
  if (isJsonObject(value) && isJsonObject(value.metadata)) return value as KubeObject;
  throw new Error("the answer is no object of the Kubernetes API");
}
