import { parseImageReference, repositoryName } from "../image/reference.ts";
import { presentNames } from "../manifest/pod-template.ts";
import { visitImages } from "../pod/pod-images.ts";
import type { Decision } from "../policy/decide.ts";
import type { AuditWorld } from "./audit-world.ts";
import type { AuditedPod } from "./audited-pod.ts";
import { FindingKind, type FindingParts } from "./finding.ts";
import { isPublicRegistry } from "./registry-cover.ts";
import { againRemedy } from "./remedy.ts";

/** Judges the images of a Pod one by one, as far as its pull secrets are for them. */
export function judgeImages(
  audited: AuditedPod,
  decision: Decision,
  world: AuditWorld,
): readonly FindingParts[] {
  const images = new Set<string>();
  visitImages(audited.pod.spec, (image) => images.add(image));
  return [...images].flatMap((image) => {
    const found = judgeImage(image, audited, decision, world);
    return found === null ? [] : [{ image, ...found }];
  });
}

function judgeImage(
  image: string,
  audited: AuditedPod,
  { needed }: Decision,
  world: AuditWorld,
): FindingParts | null {
  const parsed = parseImageReference(image);
  if (!parsed.ok) {
    return {
      kind: FindingKind.InvalidImage,
      severity: "error",
      message: `has an image that is no image reference: ${parsed.error}`,
      remedy: "correct the image's name",
    };
  }
  const named = presentNames(audited.pod.spec.imagePullSecrets);
  const facts = named.map((name) => world.pullSecret(audited.namespace, name));
  const repository = repositoryName(parsed.reference);
  if (facts.some((one) => one === "unknown" || (one !== "missing" && one.serves(repository)))) return null;
  const matching = (world.config.matchImage(image) ?? []).map((index) => world.config.mappings[index]);
  const mapping = needed.find((one) => matching.includes(one));
  if (mapping === undefined) {
    return matching.length > 0 ? null : judgeUncovered(parsed.reference.registry, image, audited, world);
  }
  const isRead = named.some((name, index) => {
    const one = facts[index];
    return name === mapping.secretName && typeof one === "object" && one.reading === "read";
  });
  const about = { mapping: mapping.name, secretName: mapping.secretName };
  if (isRead) {
    return {
      ...about,
      kind: FindingKind.NoKeyForImage,
      severity: "error",
      message: `names pull secret ${mapping.secretName}, which has no key for ${image}: kubelet pulls without a credential`,
      remedy: `add the registry to the credential of mapping ${mapping.name}, or narrow its matchImages`,
    };
  }
  if (!audited.cached.has(image)) return null;
  return {
    ...about,
    kind: FindingKind.CachedImage,
    severity: "warning",
    message:
      `runs ${image} without a pull secret for it: the image was on the node, or the node has a credential; on another ` +
      "node, and since Kubernetes 1.35 on this one, too, kubelet may refuse it",
    remedy: againRemedy(audited),
  };
}

function judgeUncovered(
  registry: string,
  image: string,
  { failing }: AuditedPod,
  { covers }: AuditWorld,
): FindingParts | null {
  if (covers(registry)) return null;
  const isPublic = isPublicRegistry(registry);
  const isFailing = failing.has(image);
  return {
    kind: FindingKind.ImageNotCovered,
    severity: isFailing ? "error" : isPublic ? "info" : "warning",
    message: `has an image of ${registry}, for which there is no mapping${isPublic ? "; most of its images are public" : ""}`,
    remedy: `add a mapping for ${registry}, if its images need a credential`,
  };
}
