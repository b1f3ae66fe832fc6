/** What a signature covers. */
export type CanonicalParts = {
  readonly method: string;
  readonly url: URL;
  /** With `host`; all names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The SHA-256 of the body, in hexadecimal. */
  readonly payloadHash: string;
};

/** The names of the headers that a signature covers, as it lists them. */
export function signedHeaders(headers: CanonicalParts["headers"]): string {
  return Object.keys(headers).sort().join(";");
}

/**
 * The request in the one form that both sides sign.
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html)
 */
export function canonicalRequest({ method, url, headers, payloadHash }: CanonicalParts): string {
  const lines = Object.keys(headers)
    .sort()
    .map((name) => `${name}:${(headers[name] ?? "").trim().replace(/ +/g, " ")}\n`);
  // The path of a URL is encoded already; every service but S3 wants it so once more.
  const path = url.pathname.split("/").map(encode).join("/");
  return [method, path, canonicalQuery(url), lines.join(""), signedHeaders(headers), payloadHash].join("\n");
}

function canonicalQuery({ searchParams }: URL): string {
  return [...searchParams]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map((pair) => pair.join("="))
    .join("&");
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** As of RFC 3986, of which encodeURIComponent leaves out some characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
