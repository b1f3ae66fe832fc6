import { defaultMatchImages, mayTellHosts } from "../default-match-images.ts";
import { error, type Problem } from "../problem.ts";
import type { MappingDraft } from "./draft.ts";

/** The patterns have to be written wherever the source does not tell which registry it is for. */
export function checkMatchImagesThere(drafts: readonly MappingDraft[]): readonly Problem[] {
  return drafts.flatMap(({ index, hasMatchImages, sources, credentials }) => {
    if (hasMatchImages || (credentials && defaultMatchImages(credentials).length > 0)) return [];
    // What is wrong with the credentials may be what would tell.
    if (credentials === null && sources.some(mayTellHosts)) return [];
    return [error(["registries", index, "matchImages"], "is missing; it must be a list of image patterns")];
  });
}
