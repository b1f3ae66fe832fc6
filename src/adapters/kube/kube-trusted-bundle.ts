import { MANAGER } from "../../core/copy/copy.ts";
import { isJsonObject } from "../../core/json/json-object.ts";
import type { TrustedBundle } from "../../core/pki/trusted-bundle.ts";
import { APPLY, type KubeClient } from "./client/kube-client.ts";
import type { KubeObject } from "./watch/kube-object.ts";
import type { Reflector, StartReflector } from "./watch/reflector.ts";

export type KubeTrustedBundleOptions = {
  readonly client: KubeClient;
  /** The name of the MutatingWebhookConfiguration. */
  readonly name: string;
  readonly startReflector: StartReflector;
};

export type KubeTrustedBundle = TrustedBundle & { readonly reflector: Reflector };

/** The one webhook of the configuration, by whose name server-side apply finds its place in the list. */
export const WEBHOOK_NAME = "pods.pullcred.dev";

const GROUP_VERSION = "admissionregistration.k8s.io/v1";
const COLLECTION = `/apis/${GROUP_VERSION}/mutatingwebhookconfigurations`;

/**
 * The caBundle of pullcred's own MutatingWebhookConfiguration. Server-side apply makes it the one field of the configuration
 * that belongs to pullcred: a GitOps tool that applies the rest, and says nothing of a caBundle, has nothing to fight over.
 */
export function createKubeTrustedBundle(options: KubeTrustedBundleOptions): KubeTrustedBundle {
  const { client, name, startReflector } = options;
  const listeners = new Set<() => void>();
  let bundle: string | null | undefined;

  function keep(next: string | null): void {
    bundle = next;
    for (const listener of listeners) listener();
  }

  const reflector = startReflector({
    collection: { path: COLLECTION, fieldSelector: `metadata.name=${name}` },
    onList: ([object]) => keep(object === undefined ? null : readBundle(object)),
    onChange: (object, isDeleted) => keep(isDeleted ? null : readBundle(object)),
  });

  return {
    reflector,
    current: () => bundle,
    async publish(next) {
      const caBundle = Buffer.from(next).toString("base64");
      await client.send({
        method: "PATCH",
        path: `${COLLECTION}/${name}`,
        query: { fieldManager: MANAGER, force: "true" },
        contentType: APPLY,
        body: {
          apiVersion: GROUP_VERSION,
          kind: "MutatingWebhookConfiguration",
          metadata: { name },
          webhooks: [{ name: WEBHOOK_NAME, clientConfig: { caBundle } }],
        },
      });
    },
    watch(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

/** The caBundle, PEM; empty where there is none. Null where the configuration is not one of pullcred's. */
function readBundle({ webhooks }: KubeObject): string | null {
  const list: readonly unknown[] = Array.isArray(webhooks) ? webhooks : [];
  const webhook = list.find((entry) => isJsonObject(entry) && entry.name === WEBHOOK_NAME);
  if (!isJsonObject(webhook)) return null;
  const { caBundle } = isJsonObject(webhook.clientConfig) ? webhook.clientConfig : {};
  return typeof caBundle === "string" ? Buffer.from(caBundle, "base64").toString("utf8") : "";
}
