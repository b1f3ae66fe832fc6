import type { CompiledConfig, Mapping } from "../config/compile.ts";
import type { Pod } from "../pod/pod.ts";
import { visitImages } from "../pod/pod-images.ts";
import type { Decision } from "./decide.ts";

/** A mapping whose pull secret a Pod would get if it were made now, and lacks. */
export type Lack = {
  readonly mapping: Mapping;
  /** The Pod's images that it is for; none where every Pod of the namespace gets it (`inject: always`). */
  readonly images: readonly string[];
};

/** What a Pod that stands already lacks, by the decision about it, in config order. */
export function findLacks(pod: Pod, { needed, missing }: Decision, config: CompiledConfig): readonly Lack[] {
  const lacking = needed.filter(({ secretName }) => missing.includes(secretName));
  if (lacking.length === 0) return [];
  const images = new Map<Mapping | undefined, string[]>(lacking.map((mapping) => [mapping, []]));
  visitImages(pod.spec, (image) => {
    for (const index of config.matchImage(image) ?? []) images.get(config.mappings[index])?.push(image);
  });
  return lacking.map((mapping) => ({ mapping, images: images.get(mapping) ?? [] }));
}
