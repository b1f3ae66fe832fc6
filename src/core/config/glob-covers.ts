import {
  type GlobToken,
  hasWildcard,
  matchesName,
  NAMESPACE_CHARACTERS,
  tokenizeGlob,
} from "./glob-tokens.ts";

/** Beyond it the answer is "not known to be covered"; a glob of 63 characters under `*a*` takes a few hundred. */
const MAX_STATES = 20_000;

/**
 * Whether every namespace name that `inner` matches is matched by at least one of `outers`. A yes is certain; a no may
 * also mean that it would take too long to find out.
 *
 * It walks through the names that `inner` matches, one character at a time, together with all the places that such a
 * name can have reached in the outer globs, until it finds a name that reached no end of any or has seen every state.
 */
export function globCovers(outers: readonly string[], inner: string): boolean {
  if (!hasWildcard(inner)) return outers.some((outer) => matchesName(outer, inner)); // long lists are of such
  const innerTokens = tokenizeGlob(inner);
  const outerTokens = outers.map(tokenizeGlob);
  const alphabet = representatives([innerTokens, ...outerTokens].flat());
  const start: State = { inner: 0, outers: outerTokens.map((tokens) => closure(tokens, new Set([0]))) };
  const seen = new Set<string>([keyOf(start)]);
  const todo: State[] = [start];

  for (let state = todo.pop(); state !== undefined; state = todo.pop()) {
    if (state.inner === innerTokens.length && !reachesEnd(state, outerTokens)) return false;
    for (const next of nextStates(state, innerTokens, outerTokens, alphabet)) {
      const key = keyOf(next);
      if (seen.has(key)) continue;
      if (seen.size === MAX_STATES) return false;
      seen.add(key);
      todo.push(next);
    }
  }
  return true;
}

type Tokens = readonly GlobToken[];
type State = { readonly inner: number; readonly outers: readonly ReadonlySet<number>[] };

function nextStates(
  state: State,
  inner: Tokens,
  outers: readonly Tokens[],
  alphabet: readonly string[],
): State[] {
  const token = inner[state.inner];
  if (token === undefined) return [];
  const after = state.inner + 1;
  const consumed = alphabet
    .filter((character) => accepts(token, character))
    .map((character) => ({
      inner: token.any ? state.inner : after,
      outers: state.outers.map((places, index) => step(outers[index] ?? [], places, character)),
    }));
  return token.any ? [{ inner: after, outers: state.outers }, ...consumed] : consumed;
}

/** The places that are reached from these by one character. */
function step(tokens: Tokens, places: ReadonlySet<number>, character: string): ReadonlySet<number> {
  const reached = new Set<number>();
  for (const place of places) {
    const token = tokens[place];
    if (token !== undefined && accepts(token, character)) reached.add(token.any ? place : place + 1);
  }
  return closure(tokens, reached);
}

/** The places with those that are reached by no character, because any text may be none. */
function closure(tokens: Tokens, places: Set<number>): ReadonlySet<number> {
  for (const place of places) if (tokens[place]?.any) places.add(place + 1); // a Set also visits what is added
  return places;
}

function reachesEnd(state: State, outers: readonly Tokens[]): boolean {
  return state.outers.some((places, index) => places.has(outers[index]?.length ?? -1));
}

function accepts(token: GlobToken, character: string): boolean {
  return token.any || token.characters.has(character);
}

/** One of each group of characters that no token tells apart: most globs tell only a few. */
function representatives(tokens: Tokens): readonly string[] {
  const groups = new Map<string, string>();
  for (const character of NAMESPACE_CHARACTERS) {
    groups.set(tokens.map((token) => (accepts(token, character) ? "1" : "0")).join(""), character);
  }
  return [...groups.values()];
}

function keyOf(state: State): string {
  const places = state.outers.map((set) => [...set].sort((a, b) => a - b).join(","));
  return `${state.inner} ${places.join("|")}`;
}
