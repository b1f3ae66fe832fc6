import { isPath } from "../image/grammar.ts";

const MAXIMUM_LENGTH = 255; // distribution/reference's RepositoryNameTotalLengthMax

/** Why no image has a repository that starts with a pattern's path, or null where one can. */
export function explainPath(path: string): string | null {
  return explainCharacter(path) ?? explainShape(path) ?? explainLength(path);
}

function explainCharacter(path: string): string | null {
  const wrong = path.match(/[^a-z0-9._/-]/)?.[0];
  if (wrong === undefined) return null;
  if (wrong === "*")
    return "* is a glob in the host only; leave it out, a path matches all that start with it";
  if (/[A-Z]/.test(wrong)) return "a path is lower-case in every image; write it so";
  if (wrong === ":" || wrong === "@") return "patterns are matched without tag and digest; leave them out";
  return `no path of an image holds ${JSON.stringify(wrong)}; leave it out`;
}

// One that ends in a separator can go on.
function explainShape(path: string): string | null {
  if (path === "" || isPath(`${path.slice(1)}a`)) return null;
  return path.includes("//")
    ? "its path has two slashes in a row; write one"
    : "no path of an image has separators in this order; a letter or a digit stands between . and / and -";
}

function explainLength(path: string): string | null {
  const shortest = path.slice(1).length + (/[._/-]$/.test(path.slice(1)) ? 1 : 0);
  return shortest > MAXIMUM_LENGTH ? `a path has at most ${MAXIMUM_LENGTH} characters; shorten it` : null;
}
