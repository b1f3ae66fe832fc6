import type { Pod } from "../../src/core/pod/pod.ts";

type PodParts = {
  images?: readonly string[];
  initImages?: readonly string[];
  ephemeralImages?: readonly string[];
  volumeImages?: readonly string[];
  pullSecrets?: readonly string[];
  labels?: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
};

/** A Pod with these images and nothing else of interest. */
export function pod(parts: PodParts = {}): Pod & { readonly metadata: object } {
  const toContainers = (images: readonly string[]): { name: string; image: string }[] =>
    images.map((image, index) => ({ name: `container-${index}`, image }));
  return {
    metadata: {
      name: "app",
      ...(parts.labels && { labels: parts.labels }),
      ...(parts.annotations && { annotations: parts.annotations }),
    },
    spec: {
      containers: toContainers(parts.images ?? []),
      ...(parts.initImages && { initContainers: toContainers(parts.initImages) }),
      ...(parts.ephemeralImages && { ephemeralContainers: toContainers(parts.ephemeralImages) }),
      ...(parts.volumeImages && {
        volumes: parts.volumeImages.map((reference) => ({ image: { reference } })),
      }),
      ...(parts.pullSecrets && { imagePullSecrets: parts.pullSecrets.map((name) => ({ name })) }),
    },
  };
}
