import type { Secret } from "../../../core/secret/secret.ts";
import { StoreError, StoreErrorCode } from "../../../core/secret/store-error.ts";
import type { Clock } from "../../../core/time/clock.ts";
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

/** How long it rests before it tries again to give back somebody's Secret: five times in all. */
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 4_000;

/**
 * Server-side apply, because it is authorised with the Secret's name also where it creates one. Each release has a field
 * manager of its own, so that what another one has applied is a conflict.
 */
export function createSecretApi(client: KubeClient, manager: string, clock: Clock): SecretApi {
  async function patch(secret: unknown, path: string, force: boolean): ReturnType<KubeClient["send"]> {
    const query = { fieldManager: manager, force: String(force) };
    return client.send({ method: "PATCH", path, query, contentType: APPLY, body: secret });
  }

  async function create(secret: Secret, path: string): Promise<KubeObject> {
    const { status, body } = await patch(secret, path, false);
    const object = toKubeObject(body);
    if (status === 201 || !isSharedWithOthers(object, manager)) return object;
    // Since the look somebody made a Secret with the very same data, which is no conflict to the API server.
    await giveBack(object, path);
    const { name, namespace } = secret.metadata;
    throw new StoreError(StoreErrorCode.Conflict, `Secret ${namespace}/${name} is not managed by pullcred`);
  }

  /**
   * Applies nothing, which takes our labels and our owner off somebody's Secret. Until that is done it counts as ours, and
   * goes with our role: it is tried for a while. The uid keeps it from making a Secret where that one is gone.
   */
  async function giveBack({ metadata: { name, namespace, uid } }: KubeObject, path: string): Promise<void> {
    const nothing = { apiVersion: "v1", kind: "Secret", metadata: { name, namespace, uid } };
    for (let delay = FIRST_DELAY_MS; ; delay *= 2) {
      try {
        await patch(nothing, path, false);
        return;
      } catch (error) {
        if (hasStatus(error, 404) || hasStatus(error, 409)) return;
        if (delay > LONGEST_DELAY_MS) throw error;
        await new Promise<void>((resolve) => clock.after(delay, resolve));
      }
    }
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
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
}

const CODES: ReadonlyMap<number, StoreErrorCode> = new Map([
  [403, StoreErrorCode.Forbidden],
  [409, StoreErrorCode.Conflict],
]);

function toStoreError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  if (!(cause instanceof ApiError)) {
    return new StoreError(StoreErrorCode.Unavailable, "could not understand the API server", { cause });
  }
  const isGone = cause.status === 404 || cause.causes.includes("NamespaceTerminating");
  if (isGone) return new StoreError(StoreErrorCode.NamespaceTerminating, cause.message, { cause });
  const code = CODES.get(cause.status) ?? StoreErrorCode.Unavailable;
  return new StoreError(code, cause.message, { cause, retryAfter: cause.retryAfter });
}
