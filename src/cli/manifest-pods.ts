import type { PlacedObject } from "../core/audit/read-objects.ts";
import { findImagePullers } from "../core/manifest/image-puller.ts";
import { readPuller, tellUnread } from "../core/manifest/read-puller.ts";
import type { Pod } from "../core/pod/pod.ts";
import { readManifestFiles, unusable } from "./manifest-files.ts";

/** A Pod of a manifest, a workload's template of one, or a Pod that pulls what an operator's object is to pull. */
export type ManifestPod = FoundPod & { readonly file: string };

type FoundPod = {
  readonly pod: Pod;
  /** Null where the manifest names none. */
  readonly namespace: string | null;
};

/** Reads the Pods of files, of folders with all below them, and of standard input for `-`. */
export async function readManifestPods(paths: readonly string[]): Promise<readonly ManifestPod[]> {
  const found: ManifestPod[] = [];
  const problems: string[] = [];
  for (const { file, ...placed } of await readManifestFiles(paths)) {
    for (const read of readPods(placed)) {
      if (typeof read === "string") problems.push(read);
      else found.push({ file, ...read });
    }
  }
  if (problems.length > 0) throw unusable(problems);
  return found;
}

function readPods({ object, place }: PlacedObject): readonly (FoundPod | string)[] {
  return findImagePullers(object).map((puller) => {
    const read = readPuller(puller);
    return read.ok ? { pod: read.pod, namespace: puller.namespace } : tellUnread(puller, read.problem, place);
  });
}
