import { matchGlob } from "../match/glob.ts";
import { type MatchPattern, parseMatchPattern } from "../match/match-pattern.ts";
import type { CredentialFinding, Credentials } from "./credentials.ts";
import { keyringKey } from "./keyring.ts";

/** The key whose credential kubelet offers for Docker Hub where no other key matches. */
const DEFAULT_REGISTRY = "index.docker.io";

type MayServe = (pattern: MatchPattern) => boolean;

/** The patterns for whose images kubelet finds nothing in these credentials, whichever of their images it is. */
export function findUnservedPatterns(
  credentials: Credentials,
  matchImages: readonly string[],
): readonly CredentialFinding[] {
  const keys = [...credentials.keys()].flatMap(readKey);
  return matchImages.flatMap((text, index) => {
    const parsed = parseMatchPattern(text);
    if (!parsed.ok || keys.some((mayServe) => mayServe(parsed.pattern))) return [];
    const message =
      `no entry serves pattern ${JSON.stringify(text)}: kubelet would pull without credentials; add an entry for ` +
      "its registry, or remove the pattern";
    return [{ path: `matchImages[${index}]`, message }];
  });
}

/** Whether a key may serve an image of a pattern, as BasicDockerKeyring.Lookup of kubelet decides; none where it never serves. */
function readKey(server: string): readonly MayServe[] {
  const key = keyringKey(server);
  if (key === null) return [];
  if (key === DEFAULT_REGISTRY) return [isOfDefaultRegistry];
  // Of an image, other than of a key, `index.docker.io` is read as `docker.io`, so that the two never meet.
  if (key.startsWith(`${DEFAULT_REGISTRY}/`)) return [];
  const parsed = parseMatchPattern(key);
  return parsed.ok ? [(pattern) => mayOverlap(parsed.pattern, pattern)] : [];
}

// isDefaultRegistryMatch of kubelet: docker.io, and every host without a dot and a port, even localhost.
function isOfDefaultRegistry({ labels, port }: MatchPattern): boolean {
  return port === "" && (labels.length === 1 || haveCommonHost(labels, ["docker", "io"]));
}

function mayOverlap(a: MatchPattern, b: MatchPattern): boolean {
  return (
    a.port === b.port &&
    (a.path.startsWith(b.path) || b.path.startsWith(a.path)) &&
    haveCommonHost(a.labels, b.labels)
  );
}

function haveCommonHost(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((label, index) => mayHaveCommonLabel(label, b[index] ?? ""));
}

// Of two globs it is not known.
function mayHaveCommonLabel(a: string, b: string): boolean {
  if (isGlob(a)) return isGlob(b) || matchGlob(a, b);
  return isGlob(b) ? matchGlob(b, a) : a === b;
}

function isGlob(label: string): boolean {
  return /[*?[\\]/.test(label);
}
