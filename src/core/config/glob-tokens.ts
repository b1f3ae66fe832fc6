import { type Glob, matchesGlob, parseGlob } from "../match/glob.ts";

/** One step of a glob: any text, or one character out of a set. */
export type GlobToken =
  | { readonly any: true }
  | { readonly any: false; readonly characters: ReadonlySet<string> };

/** Every character that the name of a namespace can have. */
export const NAMESPACE_CHARACTERS: readonly string[] = [..."abcdefghijklmnopqrstuvwxyz0123456789-"];

const NOTHING: GlobToken = { any: false, characters: new Set() };

/** Whether a glob stands for more than its own text. */
export function hasWildcard(glob: string): boolean {
  return /[*?[\\]/.test(glob);
}

/** Whether a glob matches a name; a malformed one matches nothing. For one question: it parses the glob each time. */
export function matchesName(glob: string, name: string): boolean {
  const parsed = parseGlob(glob);
  return parsed !== null && matchesGlob(parsed, name);
}

/** The steps of a glob on the name of a namespace; a malformed one matches nothing. */
export function tokenizeGlob(glob: string): readonly GlobToken[] {
  return parseGlob(glob)?.map(toToken) ?? [NOTHING];
}

/** The characters are matchesGlob's own answers, so that both agree. */
function toToken(term: Glob[number]): GlobToken {
  if (term.kind === "star") return { any: true };
  return {
    any: false,
    characters: new Set(NAMESPACE_CHARACTERS.filter((character) => matchesGlob([term], character))),
  };
}
