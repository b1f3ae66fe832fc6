import { matchesGlob, parseGlob } from "./glob.ts";
import { parseSchemelessUrl } from "./go-url.ts";

/** One pattern of `matchImages`, taken apart as kubelet takes it apart. All but `text` are byte strings. */
export type MatchPattern = {
  /** As it is written. */
  readonly text: string;
  /** What stands between the dots of the host, each a glob. */
  readonly labels: readonly string[];
  /** Empty where none is written, which is another port than 443. */
  readonly port: string;
  readonly path: string;
};

/** The outcome of parsing a pattern. The error continues a sentence that starts with the pattern. */
export type ParsedPattern =
  | { readonly ok: true; readonly pattern: MatchPattern }
  | { readonly ok: false; readonly error: string };

/** Parses a pattern of `matchImages`. What is written as `index.docker.io` means `docker.io`, as in an image. */
export function parseMatchPattern(text: string): ParsedPattern {
  const parsed = parseSchemelessUrl(text);
  if (!parsed.ok) return { ok: false, error: `is no pattern that kubelet can read: ${parsed.error}` };
  const { host, port, path } = parsed.url;
  const isLegacyDockerHub = host === "index.docker.io" && port === "";
  const labels = (isLegacyDockerHub ? "docker.io" : host).split(".");
  return { ok: true, pattern: { text, labels, port, path } };
}

/**
 * Whether kubelet gives the credentials of a pattern to a repository such as `docker.io/library/nginx`: URLsMatch of
 * k8s.io/kubernetes v1.37.2, pkg/credentialprovider/keyring.go. Slow and obviously right; compilePatternIndex is quick.
 */
export function matchesPattern(pattern: MatchPattern, repository: string): boolean {
  const target = parseSchemelessUrl(repository);
  if (!target.ok) return false;
  const labels = target.url.host.split(".");
  return (
    pattern.port === target.url.port &&
    pattern.labels.length === labels.length &&
    target.url.path.startsWith(pattern.path) &&
    pattern.labels.every((glob, index) => matchesLabel(glob, labels[index] ?? ""))
  );
}

function matchesLabel(pattern: string, label: string): boolean {
  const glob = parseGlob(pattern);
  return glob !== null && matchesGlob(glob, label);
}
