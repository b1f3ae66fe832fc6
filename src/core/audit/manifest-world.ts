import { copyKey } from "../copy/copy-key.ts";
import type { JsonObject } from "../json/json-object.ts";
import { findPodTemplates } from "../manifest/pod-template.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { readPod } from "../pod/read-pod.ts";
import type { Secret } from "../secret/secret.ts";
import { readServiceAccount, type ServiceAccount } from "../service-account/read-service-account.ts";
import { type AuditedPod, readAuditedPod, templatePod, withServiceAccount } from "./audited-pod.ts";
import { manifestNamespace, manifestSecret, metadataOf } from "./read-objects.ts";

/** What manifests tell of a cluster; Secrets and ServiceAccounts by the key that `copyKey` makes. */
export type ManifestWorld = {
  readonly pods: readonly AuditedPod[];
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly serviceAccounts: ReadonlyMap<string, ServiceAccount>;
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** The Pods that cannot be read, and why. */
  readonly problems: readonly string[];
};

/** Sorts objects by what they are; `fallback` is the namespace of those that name none. */
export function readManifestWorld(objects: readonly JsonObject[], fallback: string): ManifestWorld {
  const secrets = new Map<string, Secret>();
  const serviceAccounts = new Map<string, ServiceAccount>();
  const namespaces = new Map<string, Namespace>();
  for (const object of objects) {
    const { namespace = fallback, name } = metadataOf(object);
    const key = copyKey(String(namespace), String(name));
    if (object.kind === "ServiceAccount") serviceAccounts.set(key, readServiceAccount(object));
    if (object.kind === "Namespace") namespaces.set(String(name), manifestNamespace(object));
    const secret = object.kind === "Secret" ? manifestSecret(object, fallback) : undefined;
    if (secret !== undefined) secrets.set(key, secret);
  }
  const read = objects.flatMap((object) => readPods(object, fallback));
  return {
    pods: read.flatMap((one) => (typeof one === "string" ? [] : [withAccountOf(one, serviceAccounts)])),
    secrets,
    serviceAccounts,
    namespaces,
    problems: read.filter((one) => typeof one === "string"),
  };
}

/** The Pod that an object is, or is the template of. */
function readPods(object: JsonObject, fallback: string): readonly (AuditedPod | string)[] {
  if (object.kind === "Pod") {
    const read = readAuditedPod(object, fallback);
    return [read.ok ? read.pod : `${describe("Pod", metadataOf(object).name)}: ${read.problem}`];
  }
  return findPodTemplates(object).map(({ kind, name, namespace, metadata, spec }) => {
    const read = readPod({ metadata, spec }, "Pod");
    if (!read.ok) return `${describe(kind, name)}: ${read.problem}`;
    return templatePod(read.pod, namespace ?? fallback, kind, name ?? "");
  });
}

function withAccountOf(
  audited: AuditedPod,
  serviceAccounts: ReadonlyMap<string, ServiceAccount>,
): AuditedPod {
  const account = serviceAccounts.get(
    copyKey(audited.namespace, audited.pod.spec.serviceAccountName || "default"),
  );
  return account === undefined ? audited : withServiceAccount(audited, account);
}

function describe(kind: string, name: unknown): string {
  return typeof name === "string" && name !== "" ? `${kind} ${name}` : kind;
}
