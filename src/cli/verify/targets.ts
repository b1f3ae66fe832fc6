import type { CompiledConfig } from "../../core/config/compile.ts";
import type { Namespace } from "../../core/namespace/namespace.ts";
import { createTargetCollector, type Target } from "../../core/verify/target.ts";
import { readManifestPods } from "../manifest-pods.ts";
import type { VerifyOptions } from "./command.ts";
import type { VerifyPlace } from "./place.ts";

/** Everything that is to be tried: the images given, those of manifests, and those of a cluster's Pods. */
export async function collectTargets(
  images: readonly string[],
  options: VerifyOptions,
  config: CompiledConfig,
  place: VerifyPlace,
): Promise<readonly Target[]> {
  const collector = createTargetCollector(config, options.ownNamespace);
  const namespaces = rememberNamespaces(place, options.namespaceLabels);
  const fallback = options.namespace === undefined ? null : await namespaces(options.namespace);
  for (const image of images) collector.add({ spec: { containers: [{ image }] } }, fallback);
  for (const { pod, namespace } of await readManifestPods(options.filename)) {
    collector.add(pod, namespace === null ? fallback : await namespaces(namespace));
  }
  if (options.cluster) {
    for await (const { pod, namespace } of place.pods(options.namespace)) collector.add(pod, namespace);
  }
  return collector.targets();
}

/** Looks each namespace up once; the labels that were given on the command line come on top. */
export function rememberNamespaces(
  place: VerifyPlace,
  labels: Readonly<Record<string, string>>,
): (name: string) => Promise<Namespace> {
  const known = new Map<string, Namespace>();
  return async (name) => {
    const namespace = known.get(name) ?? (await place.namespace(name));
    known.set(name, namespace);
    return { ...namespace, labels: { ...namespace.labels, ...labels } };
  };
}
