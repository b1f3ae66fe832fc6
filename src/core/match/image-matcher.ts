import { parseImageReference, repositoryName } from "../image/reference.ts";
import type { PatternIndex } from "./pattern-index.ts";
import { remembering } from "./remembering.ts";

/** The mappings that match what a Pod calls an image, ascending; null where that is no image reference. */
export type ImageMatcher = (image: string) => readonly number[] | null;

/** Reads and matches images against an index. A cluster runs some hundred images again and again. */
export function createImageMatcher(index: PatternIndex): ImageMatcher {
  return remembering((image) => {
    const parsed = parseImageReference(image);
    if (!parsed.ok) return null;
    return index.match(repositoryName(parsed.reference)).map(({ mapping }) => mapping);
  });
}
