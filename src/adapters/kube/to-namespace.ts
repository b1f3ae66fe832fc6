import { NAMESPACE_NAME_LABEL, type Namespace } from "../../core/namespace/namespace.ts";
import type { KubeObject } from "./watch/kube-object.ts";

/** What pullcred reads of a namespace. */
export function toNamespace({ metadata }: KubeObject): Namespace {
  const { name, labels, annotations, deletionTimestamp } = metadata;
  return {
    name,
    labels: { ...labels, [NAMESPACE_NAME_LABEL]: name },
    annotations: annotations ?? {},
    terminating: deletionTimestamp !== undefined,
  };
}
