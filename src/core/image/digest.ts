// How many hexadecimal digits each algorithm has. Kubelet registers no other (pkg/util/parsers imports SHA-2 only).
const DIGITS: ReadonlyMap<string, number> = new Map([
  ["sha256", 64],
  ["sha384", 96],
  ["sha512", 128],
]);

/**
 * Why a digest of the right shape is none that can be pulled, in the words of github.com/opencontainers/go-digest v1.0.0
 * (`Digest.Validate`), or null. Expects what `isDigest` accepts.
 */
export function findDigestError(digest: string): string | null {
  const colon = digest.indexOf(":");
  const algorithm = digest.slice(0, colon);
  const digits = DIGITS.get(algorithm);
  if (digits === undefined)
    return hasUpperCase(algorithm) ? "invalid checksum digest format" : "unsupported digest algorithm";
  const encoded = digest.slice(colon + 1);
  if (encoded.length !== digits) return "invalid checksum digest length";
  return hasUpperCase(encoded) ? "invalid checksum digest format" : null;
}

function hasUpperCase(ascii: string): boolean {
  return ascii !== ascii.toLowerCase();
}
