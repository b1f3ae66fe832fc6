import { findDigestError } from "./digest.ts";
import { endOf, isDomain } from "./grammar.ts";
import { hasReferenceFormat, splitRegistry, splitRemainder } from "./split-reference.ts";

/** An image reference, normalised as the container runtime does before it pulls. */
export type ImageReference = {
  /** The host with its port as it is written, for example `docker.io` or `Registry.example.com:5000`. */
  readonly registry: string;
  readonly repository: string;
  /** `latest` where the text has neither tag nor digest; null where it has only a digest. */
  readonly tag: string | null;
  readonly digest: string | null;
};

/** The outcome of parsing an image reference. */
export type ParsedReference =
  | { readonly ok: true; readonly reference: ImageReference }
  | { readonly ok: false; readonly error: string };

const MAXIMUM_PATH_LENGTH = 255; // RepositoryNameTotalLengthMax

/**
 * Reads what a Pod calls an image: `ParseNormalizedNamed` and `TagNameOnly` of github.com/distribution/reference v0.6.0,
 * as kubelet does in pkg/util/parsers, with the same errors. Never throws, and takes time in proportion to the text.
 */
export function parseImageReference(text: string): ParsedReference {
  if (/^[a-f0-9]{64}$/.test(text))
    return failed(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);

  const [host, remainder] = splitRegistry(text);
  const beforeColon = remainder.slice(0, endOf(remainder, ":"));
  if (beforeColon !== beforeColon.toLowerCase())
    return failed(`invalid reference format: repository name (${shorten(beforeColon)}) must be lowercase`);

  const parts = splitRemainder(host, remainder);
  if (!hasReferenceFormat(parts)) {
    const lowered = splitRemainder(toLowerCase(host), toLowerCase(remainder));
    return failed(
      hasReferenceFormat(lowered) ? "repository name must be lowercase" : "invalid reference format",
    );
  }

  const { path, tag, digest } = parts;
  const isRegistry = isDomain(host);
  const registry = isRegistry ? host : "";
  const repository = isRegistry ? path : `${host}/${path}`;
  if (repository.length > MAXIMUM_PATH_LENGTH)
    return failed(`repository name must not be more than ${MAXIMUM_PATH_LENGTH} characters`);
  const digestError = digest === null ? null : findDigestError(digest);
  if (digestError !== null) return failed(digestError);

  const reference = { registry, repository, tag: tag ?? (digest === null ? "latest" : null), digest };
  return { ok: true, reference };
}

/** `Named.Name()`: what kubelet matches with the keys of a pull secret, for example `docker.io/library/nginx`. */
export function repositoryName(reference: ImageReference): string {
  return reference.registry === "" ? reference.repository : `${reference.registry}/${reference.repository}`;
}

function failed(error: string): ParsedReference {
  return { ok: false, error };
}

// Go lowers each letter by itself, JavaScript turns this one into two. No other differs where the result is ASCII.
function toLowerCase(text: string): string {
  return text.replaceAll("İ", "i").toLowerCase();
}

// The library quotes the name whole; an error ends in a log line or a warning, which have no room for megabytes.
function shorten(name: string): string {
  return name.length <= MAXIMUM_PATH_LENGTH ? name : `${name.slice(0, MAXIMUM_PATH_LENGTH)}…`;
}
