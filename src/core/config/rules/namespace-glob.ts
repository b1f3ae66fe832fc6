import { type Glob, parseGlob } from "../../match/glob.ts";
import { type GlobToken, hasWildcard, tokenizeGlob } from "../glob-tokens.ts";
import { dnsLabel } from "../names-schema.ts";
import type { Remark } from "../problem.ts";

const MAX_NAME_LENGTH = dnsLabel.maxLength;

/** Checks a namespace's name, or a glob on it, for what no namespace can be called. */
export function checkNamespaceGlob(glob: string): readonly Remark[] {
  const reason = hasWildcard(glob) ? explainGlob(glob) : explainName(glob);
  return reason === null ? [] : [{ severity: "error", message: `no namespace can match: ${reason}` }];
}

function explainName(name: string): string | null {
  if (name.length <= MAX_NAME_LENGTH && new RegExp(dnsLabel.pattern).test(name)) return null;
  return `names are ${dnsLabel.expected}`;
}

function explainGlob(glob: string): string | null {
  const terms = parseGlob(glob);
  if (terms === null) return 'it is malformed; a class is written "[a-f]" and must be closed';
  const tokens = tokenizeGlob(glob);
  const hopeless = terms.find((_, index) => isNothing(tokens[index]));
  if (hopeless !== undefined) return explainTerm(hopeless);
  if (tokens.filter(({ any }) => !any).length > MAX_NAME_LENGTH) {
    return `names have at most ${MAX_NAME_LENGTH} characters`;
  }
  if (isOnlyHyphen(tokens.at(0)) || isOnlyHyphen(tokens.at(-1))) {
    return 'names start and end with a letter or digit, not with "-"';
  }
  return null;
}

function isNothing(token: GlobToken | undefined): boolean {
  return token?.any === false && token.characters.size === 0;
}

function isOnlyHyphen(token: GlobToken | undefined): boolean {
  return token?.any === false && token.characters.size === 1 && token.characters.has("-");
}

function explainTerm(term: Glob[number]): string {
  if (term.kind !== "byte") return 'a class in [ ] has no lower-case letter, digit or "-"';
  const character = String.fromCharCode(term.code);
  if (character === ",") return 'write one glob for each item, not several with ","';
  return `names have no ${JSON.stringify(character)}, only lower-case letters, digits and "-"`;
}
