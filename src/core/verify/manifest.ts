import { findDigestError } from "../image/digest.ts";
import { isDigest } from "../image/grammar.ts";

/** What kubelet's container runtimes take for an image. */
const MEDIA_TYPES: readonly string[] = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
];

/** What container runtimes ask for. (containerd, core/remotes/docker/resolver.go) */
export const ACCEPTED_TYPES = [...MEDIA_TYPES, "*/*"].join(", ");

/** What tells a manifest from any other page, without its body. */
export type ManifestHeaders = {
  readonly contentType: string | undefined;
  readonly digest: string | undefined;
};

/**
 * Whether an answer is a manifest. Registries say so by its digest or its type; a web server that has a page for every path
 * says neither.
 */
export function isManifest({ contentType, digest }: ManifestHeaders): boolean {
  if (digest !== undefined && isDigest(digest) && findDigestError(digest) === null) return true;
  const [type = ""] = (contentType ?? "").split(";");
  return MEDIA_TYPES.includes(type.trim().toLowerCase());
}
