import { MANAGER } from "../../../core/copy/copy.ts";
import type { Secret } from "../../../core/secret/secret.ts";
import { StoreError, StoreErrorCode } from "../../../core/secret/store-error.ts";
import { ApiError, hasStatus } from "../client/api-error.ts";
import { APPLY, type KubeClient } from "../client/kube-client.ts";
import { type KubeObject, toKubeObject } from "../watch/kube-object.ts";
import { isSharedWithOthers } from "./cached-secret.ts";

/** The requests for single Secrets. All reject with a `StoreError`. */
export type SecretApi = {
  get(namespace: string, name: string): Promise<KubeObject | undefined>;
  /** Returns what stands there now. */
  apply(secret: Secret, seen: Secret | undefined): Promise<KubeObject>;
  delete(seen: Secret): Promise<void>;
};

/** Server-side apply, because it is authorised with the Secret's name also where it creates one. */
export function createSecretApi(client: KubeClient): SecretApi {
  async function patch(secret: unknown, path: string, force: boolean): ReturnType<KubeClient["send"]> {
    const query = { fieldManager: MANAGER, force: String(force) };
    return client.send({ method: "PATCH", path, query, contentType: APPLY, body: secret });
  }

  async function create(secret: Secret, path: string): Promise<KubeObject> {
    const { status, body } = await patch(secret, path, false);
    const object = toKubeObject(body);
    if (status === 201 || !isSharedWithOthers(object)) return object;
    // Since the look somebody made a Secret with the very same data, which is no conflict to the API server. Applying
    // nothing gives back the labels and the owner that it has from us now.
    const { name, namespace } = secret.metadata;
    await patch({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace } }, path, false);
    throw new StoreError(StoreErrorCode.Conflict, `Secret ${namespace}/${name} is not managed by pullcred`);
  }

  return {
    async get(namespace, name) {
      try {
        return toKubeObject((await client.send({ method: "GET", path: pathOf(namespace, name) })).body);
      } catch (error) {
        if (hasStatus(error, 404)) return undefined;
        throw toStoreError(error);
      }
    },
    async apply(secret, seen) {
      const path = pathOf(secret.metadata.namespace, secret.metadata.name);
      try {
        if (seen === undefined) return await create(secret, path);
        // With the uid, another Secret that has taken the name meanwhile is a conflict.
        const { uid } = seen.metadata;
        const marked = { ...secret, metadata: { ...secret.metadata, ...(uid !== undefined && { uid }) } };
        return toKubeObject((await patch(marked, path, true)).body);
      } catch (error) {
        throw toStoreError(error);
      }
    },
    async delete({ metadata: { namespace, name, uid, resourceVersion } }) {
      const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid, resourceVersion } };
      try {
        await client.send({ method: "DELETE", path: pathOf(namespace, name), body });
      } catch (error) {
        if (!hasStatus(error, 404)) throw toStoreError(error);
      }
    },
  };
}

function pathOf(namespace: string, name: string): string {
  return `/api/v1/namespaces/${namespace}/secrets/${name}`;
}

function toStoreError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  if (!(cause instanceof ApiError)) {
    return new StoreError(StoreErrorCode.Unavailable, "could not understand the API server", { cause });
  }
  const isGone = cause.status === 404 || cause.causes.includes("NamespaceTerminating");
  if (isGone) return new StoreError(StoreErrorCode.NamespaceTerminating, cause.message, { cause });
  const code = cause.status === 409 ? StoreErrorCode.Conflict : StoreErrorCode.Unavailable;
  return new StoreError(code, cause.message, { cause });
}
