import { copyKey } from "../copy/copy-key.ts";
import { nameOf } from "../manifest/manifest-object.ts";
import { findPodTemplates } from "../manifest/pod-template.ts";
import { readPuller, tellUnread, toPullerProblem } from "../manifest/read-puller.ts";
import type { Namespace } from "../namespace/namespace.ts";
import type { Secret } from "../secret/secret.ts";
import { readServiceAccount, type ServiceAccount } from "../service-account/read-service-account.ts";
import { type AuditedPod, readAuditedPod, templatePod, withServiceAccount } from "./audited-pod.ts";
import { manifestNamespace, manifestSecret, metadataOf, type PlacedObject } from "./read-objects.ts";

/** What manifests tell of a cluster; Secrets and ServiceAccounts by the key that `copyKey` makes. */
export type ManifestWorld = {
  readonly pods: readonly AuditedPod[];
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly serviceAccounts: ReadonlyMap<string, ServiceAccount>;
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** The Pods that cannot be read: each with its place, and why. */
  readonly problems: readonly string[];
};

/** Sorts objects by what they are; `fallback` is the namespace of those that name none. */
export function readManifestWorld(objects: readonly PlacedObject[], fallback: string): ManifestWorld {
  const secrets = new Map<string, Secret>();
  const serviceAccounts = new Map<string, ServiceAccount>();
  const namespaces = new Map<string, Namespace>();
  for (const { object } of objects) {
    const { namespace = fallback, name } = metadataOf(object);
    const key = copyKey(String(namespace), String(name));
    if (object.kind === "ServiceAccount") serviceAccounts.set(key, readServiceAccount(object));
    if (object.kind === "Namespace") namespaces.set(String(name), manifestNamespace(object));
    const secret = object.kind === "Secret" ? manifestSecret(object, fallback) : undefined;
    if (secret !== undefined) secrets.set(key, secret);
  }
  const read = objects.flatMap((placed) => readPods(placed, fallback));
  return {
    pods: read.flatMap((one) => (typeof one === "string" ? [] : [withAccountOf(one, serviceAccounts)])),
    secrets,
    serviceAccounts,
    namespaces,
    problems: read.filter((one) => typeof one === "string"),
  };
}

/** The Pod that an object is, or is the template of. */
function readPods({ object, place }: PlacedObject, fallback: string): readonly (AuditedPod | string)[] {
  if (object.kind === "Pod") {
    const read = readAuditedPod(object, fallback);
    if (read.ok) return [read.pod];
    const of = { ...nameOf(object, "Pod"), specPath: ["spec"] };
    return [tellUnread(of, toPullerProblem(read.problem), place)];
  }
  return findPodTemplates(object).map((template) => {
    const { kind, name, namespace, metadata, spec, problem } = template;
    const read = readPuller({ metadata, podSpec: spec, problem });
    if (!read.ok) return tellUnread(template, read.problem, place);
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
