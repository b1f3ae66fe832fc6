import type { Container, PodSpec } from "./pod.ts";

/** Calls back for each image of the Pod, with the place where it is written, for example `spec.containers[0].image`. */
export type ImageVisitor = (image: string, list: string, index: number) => void;

/**
 * Visits all four places that pull with the Pod's pull secrets: containers, init containers, ephemeral containers and
 * image volumes. An empty image is passed over: workload controllers fill it in later.
 * (https://github.com/kubernetes/api/blob/master/core/v1/types.go, ImageVolumeSource: "Pull secrets will be assembled
 * in the same way as for the container image".)
 */
export function visitImages(spec: PodSpec, visit: ImageVisitor): void {
  visitContainers(spec.containers, "containers", visit);
  visitContainers(spec.initContainers, "initContainers", visit);
  visitContainers(spec.ephemeralContainers, "ephemeralContainers", visit);
  const volumes = spec.volumes ?? [];
  for (let index = 0; index < volumes.length; index++) {
    const reference = volumes[index]?.image?.reference;
    if (reference) visit(reference, "volumes", index);
  }
}

/** The place of an image as a person writes it. */
export function placeOf(list: string, index: number): string {
  return list === "volumes" ? `spec.volumes[${index}].image.reference` : `spec.${list}[${index}].image`;
}

function visitContainers(
  containers: readonly Container[] | null | undefined,
  list: string,
  visit: ImageVisitor,
): void {
  if (!containers) return;
  for (let index = 0; index < containers.length; index++) {
    const image = containers[index]?.image;
    if (image) visit(image, list, index);
  }
}
