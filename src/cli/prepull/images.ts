import { PullcredError } from "../../core/error.ts";
import { parseImageReference } from "../../core/image/reference.ts";
import { visitImages } from "../../core/pod/pod-images.ts";
import { type ManifestPod, readManifestPods } from "../manifest-pods.ts";
import { printable } from "../printable.ts";
import type { PrepullOptions } from "./command.ts";

/** What is to be pulled, and from where it is asked for. */
export type PrepullImages = {
  /** Each once, those of the command line first. */
  readonly images: readonly string[];
  readonly namespace: string;
  /** Those that the manifests of this namespace name already. */
  readonly pullSecrets: readonly string[];
};

/** Collects the images of the command line and of manifests. */
export async function collectImages(options: PrepullOptions): Promise<PrepullImages> {
  const found = await readManifestPods(options.from);
  const namespace = options.namespace ?? chooseNamespace(found);
  const images = new Map(options.images.map((image) => [image, "--images"]));
  const pullSecrets = new Set<string>();
  for (const { file, namespace: own, pod } of found) {
    visitImages(pod.spec, (image) => {
      if (!images.has(image)) images.set(image, file);
    });
    // Those of another namespace may be others here.
    if ((own ?? namespace) !== namespace) continue;
    for (const { name } of pod.spec.imagePullSecrets ?? []) if (name) pullSecrets.add(name);
  }
  if (images.size === 0)
    throw new PullcredError("WrongUse", "there is nothing to pull: the manifests have no image");
  refuseInvalid(images);
  return { images: [...images.keys()], namespace, pullSecrets: [...pullSecrets] };
}

function chooseNamespace(found: readonly ManifestPod[]): string {
  const named = [...new Set(found.flatMap(({ namespace }) => namespace ?? []))];
  if (named.length <= 1) return named[0] ?? "default";
  throw new PullcredError(
    "WrongUse",
    `the manifests are of several namespaces (${named.join(", ")}): say by -n in which one the DaemonSet is to be`,
  );
}

/** kubelet would be at a loss, too, and only say so after a while. */
function refuseInvalid(images: ReadonlyMap<string, string>): void {
  const problems = [...images].flatMap(([image, place]) => {
    const parsed = parseImageReference(image);
    return parsed.ok ? [] : [`${place}: ${printable(image)}: ${parsed.error}`];
  });
  if (problems.length === 0) return;
  throw new PullcredError("WrongUse", `could not read the image references:\n${problems.join("\n")}`);
}
