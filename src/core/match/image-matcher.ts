import { parseImageReference, repositoryName } from "../image/reference.ts";
import type { PatternIndex } from "./pattern-index.ts";

/** The mappings that match what a Pod calls an image, ascending; null where that is no image reference. */
export type ImageMatcher = (image: string) => readonly number[] | null;

/** A cluster runs some hundred images again and again. At 512 characters each, the memory stays below 4 MiB. */
const REMEMBERED_IMAGES = 4_096;
const LONGEST_REMEMBERED = 512;

/** Reads and matches images against an index, and remembers the outcome of those it met last. */
export function createImageMatcher(index: PatternIndex): ImageMatcher {
  const remembered = new Map<string, readonly number[] | null>();
  return (image) => {
    const known = remembered.get(image);
    if (known !== undefined) return known;
    const matched = matchImage(index, image);
    if (image.length > LONGEST_REMEMBERED) return matched;
    if (remembered.size >= REMEMBERED_IMAGES) forgetFirst(remembered);
    remembered.set(image, matched);
    return matched;
  };
}

function matchImage(index: PatternIndex, image: string): readonly number[] | null {
  const parsed = parseImageReference(image);
  if (!parsed.ok) return null;
  return index.match(repositoryName(parsed.reference)).map(({ mapping }) => mapping);
}

// A Map iterates in the order of insertion.
function forgetFirst(remembered: Map<string, unknown>): void {
  for (const image of remembered.keys()) {
    remembered.delete(image);
    return;
  }
}
