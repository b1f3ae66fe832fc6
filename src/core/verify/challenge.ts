/** One way in which a server wants to be asked again: a challenge of RFC 7235. Scheme and names are in lower case. */
export type Challenge = {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
};

// https://www.rfc-editor.org/rfc/rfc7230#section-3.2.6 and https://www.rfc-editor.org/rfc/rfc7235#section-2.1. Each can
// take a text in one way only, and what was taken is read at most twice: the time is in proportion to the header.
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const QUOTED = /"(?:[\t !\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"/y;
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*/y;
const SPACE = /[ \t]+/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const COMMAS = /[ \t]*,[ \t,]*/y;

/**
 * Reads a `WWW-Authenticate` header, whose lines may have been joined with commas. Strict: null where it breaks the
 * grammar anywhere, because what is half understood might send a credential to the wrong place.
 */
export function parseChallenges(header: string): readonly Challenge[] | null {
  const cursor = createCursor(header);
  const challenges: Challenge[] = [];
  cursor.take(COMMAS); // a list may have empty elements
  cursor.take(SPACE);
  while (!cursor.isAtEnd()) {
    const scheme = cursor.take(TOKEN);
    if (scheme === null) return null;
    const parameters = cursor.take(SPACE) === null ? new Map<string, string>() : readParameters(cursor);
    if (parameters === null) return null;
    challenges.push({ scheme: scheme.toLowerCase(), parameters });
    if (!cursor.isBehindComma() && !endsElement(cursor)) return null;
  }
  return challenges;
}

/** The parameters of a challenge, up to where the next one starts; none where it has a token68. */
function readParameters(cursor: Cursor): Map<string, string> | null {
  const parameters = new Map<string, string>();
  for (;;) {
    const parameter = readParameter(cursor);
    if (parameter === null) {
      if (parameters.size === 0) cursor.take(TOKEN68);
      return parameters;
    }
    const [name, value] = parameter;
    if (parameters.has(name)) return null;
    parameters.set(name, value);
    if (!endsElement(cursor)) return null;
    if (cursor.isAtEnd()) return parameters;
  }
}

function readParameter(cursor: Cursor): readonly [name: string, value: string] | null {
  const start = cursor.position();
  const name = cursor.take(TOKEN);
  if (name !== null && cursor.take(EQUALS) !== null) {
    const quoted = cursor.take(QUOTED);
    const value = quoted === null ? cursor.take(TOKEN) : quoted.slice(1, -1).replace(/\\(.)/g, "$1");
    if (value !== null) return [name.toLowerCase(), value];
  }
  cursor.goTo(start); // the scheme of the next challenge, or a token68
  return null;
}

/** Takes what ends an element of the list: a comma, or the end of the header. */
function endsElement(cursor: Cursor): boolean {
  if (cursor.take(COMMAS) !== null) return true;
  cursor.take(SPACE);
  return cursor.isAtEnd();
}

type Cursor = {
  /** What a sticky expression matches here, or null. */
  take(expression: RegExp): string | null;
  position(): number;
  goTo(position: number): void;
  isAtEnd(): boolean;
  isBehindComma(): boolean;
};

function createCursor(text: string): Cursor {
  let at = 0;
  let afterComma = -1;
  return {
    take(expression) {
      expression.lastIndex = at;
      const [found] = expression.exec(text) ?? [];
      if (found === undefined) return null;
      at += found.length;
      if (expression === COMMAS) afterComma = at;
      return found;
    },
    position: () => at,
    goTo(position) {
      at = position;
    },
    isAtEnd: () => at === text.length,
    isBehindComma: () => at === afterComma,
  };
}
