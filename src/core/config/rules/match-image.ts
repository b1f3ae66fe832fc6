import { type MatchPattern, parseMatchPattern } from "../../match/match-pattern.ts";
import { explainUnmatchable } from "../../match/unmatchable.ts";
import type { Remark } from "../problem.ts";
import { findMatchImageTraps } from "./match-image-traps.ts";

const HAS_AT_SIGN =
  'must have no "@"; if it is a user name or password, no credential may stand in this file: use credentials.secretRef';

// kubelet reads a pattern as a URL, and drops its query and fragment.
const HAS_URL_END =
  'must have no "?" and "#", because kubelet ignores what follows; the only wildcard is "*"';

// The first group of each is what stays.
const DIGEST = /()@sha\d+:[0-9a-f]*$/i;
const SCHEME = /^()[a-z][a-z0-9+.-]*:\/\//i;
const TAG = /(\/[^/:]*):[\w.-]+$|:(?!\d+$)[\w.-]+$/; // `:5000` is a tag only behind a path, `:1.27` anywhere
const API_PATH = /^(index\.docker\.io)\/v[12]\/?$/; // Docker Hub's key in a docker config.json

/**
 * Checks one pattern of `matchImages`. What people copy from elsewhere comes first, because only there is plain what
 * they should have written; then whether any image can match; then what matches something else than it seems to.
 */
export function checkMatchImage(text: string): readonly Remark[] {
  // Before anything else, because nothing of such a text may be shown.
  if (hasCredential(text)) return [refuse(HAS_AT_SIGN)];
  if (/\s/.test(text)) return [refuse("must have no spaces; write one pattern for each item")];
  if (/[?#]/.test(text)) return [refuse(HAS_URL_END)];
  const foreign = findForeignParts(text);
  if (foreign.length > 0) return foreign;

  const parsed = parseMatchPattern(text);
  if (!parsed.ok) return [refuse(parsed.error)];
  const unmatchable = explainUnmatchable(parsed.pattern);
  return unmatchable === null ? warnings(parsed.pattern) : [refuse(unmatchable)];
}

function refuse(message: string): Remark {
  return { severity: "error", message };
}

function warnings(pattern: MatchPattern): readonly Remark[] {
  return findMatchImageTraps(pattern).map((message) => ({ severity: "warning", message }));
}

/** `user:password@host`, with or without a scheme. */
function hasCredential(text: string): boolean {
  return text.replace(DIGEST, "").includes("@");
}

/** Everything that an image reference or a docker config.json has and a pattern has not; each with what remains. */
function findForeignParts(text: string): readonly Remark[] {
  const steps: readonly (readonly [string, RegExp])[] = [
    ["a digest", DIGEST],
    ["a scheme", SCHEME],
    ["a tag", TAG],
    ["the path of the registry's API", API_PATH],
  ];
  const parts: string[] = [];
  let plain = text;
  for (const [part, pattern] of steps) {
    if (pattern.test(plain)) parts.push(part);
    plain = plain.replace(pattern, "$1");
  }
  const remedy = plain === "" ? "" : `: write ${JSON.stringify(withRegistry(plain))}`;
  return parts.map((part) => refuse(`must not have ${part}${remedy}`));
}

/** An image without a registry is one of Docker Hub. */
function withRegistry(name: string): string {
  if (/^(?:[^/]*[.:]|localhost(?:\/|$))/.test(name))
    return name.replace(/^index\.docker\.io(?=\/|$)/, "docker.io");
  return name.includes("/") ? `docker.io/${name}` : `docker.io/library/${name}`;
}
