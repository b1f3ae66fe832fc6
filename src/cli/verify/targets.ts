import type { CompiledConfig } from "../../core/config/compile.ts";
import { PullcredError } from "../../core/error.ts";
import { findPodTemplates } from "../../core/manifest/pod-template.ts";
import { toProblems } from "../../core/manifest/problem.ts";
import { readDocuments } from "../../core/manifest/read-documents.ts";
import type { Namespace } from "../../core/namespace/namespace.ts";
import type { Pod } from "../../core/pod/pod.ts";
import { readPod } from "../../core/pod/read-pod.ts";
import { createTargetCollector, type Target } from "../../core/verify/target.ts";
import { readInput } from "../read-input.ts";
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
  for (const file of options.filename) {
    for (const { pod, namespace } of readPods(await readInput(file), file)) {
      collector.add(pod, namespace === null ? fallback : await namespaces(namespace));
    }
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

type FoundPod = { readonly pod: Pod; readonly namespace: string | null };

function* readPods(text: string, file: string): Generator<FoundPod> {
  const read = readDocuments(text);
  if (!read.ok) {
    throw unusable(
      file,
      toProblems(text, read.flaws).map(({ line, column, message }) => `${line}:${column}: ${message}`),
    );
  }
  for (const { value } of read.documents) {
    for (const { kind, name, namespace, metadata, spec } of findPodTemplates(value)) {
      const pod = readPod({ metadata, spec }, "Pod");
      if (!pod.ok) throw unusable(file, [`${name === null ? kind : `${kind} ${name}`}: ${pod.problem}`]);
      yield { pod: pod.pod, namespace };
    }
  }
}

function unusable(file: string, problems: readonly string[]): PullcredError {
  const name = file === "-" ? "standard input" : file;
  const lines = problems.map((problem) => `${name}: ${problem}`);
  return new PullcredError("ManifestInvalid", `could not read the manifests:\n${lines.join("\n")}`);
}
