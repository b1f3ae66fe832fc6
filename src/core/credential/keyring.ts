import { parseSchemelessUrl } from "../match/go-url.ts";

const SCHEME = /^https?:\/\//;
const API_VERSION = /^\/v[12]\//;

/**
 * Under which name kubelet keeps the credential of an `auths` key: BasicDockerKeyring.Add of k8s.io/kubernetes,
 * pkg/credentialprovider/keyring.go. Null where Go cannot parse the key, so that kubelet passes it over.
 */
export function keyringKey(server: string): string | null {
  const parsed = parseSchemelessUrl(server.replace(SCHEME, ""));
  if (!parsed.ok) return null;
  const { host, port, path } = parsed.url;
  const name = port !== "" && host.includes(":") ? `[${host}]` : host;
  const effectivePath = API_VERSION.test(path) ? path.slice("/v1".length) : path;
  return `${name}${port === "" ? "" : `:${port}`}${effectivePath === "/" ? "" : effectivePath}`;
}

/**
 * The `auths` key under which kubelet keeps a credential for exactly the images of a matchImages pattern. Of a key, other
 * than of a pattern, it cuts off `/v1` and `/v2`; what is to start so needs it twice.
 */
export function authsKeyFor(pattern: string): string {
  const [host = "", ...rest] = pattern.split("/");
  const path = rest.length === 0 ? "" : `/${rest.join("/")}`;
  const name = host === "index.docker.io" ? "docker.io" : host;
  return `${name}${API_VERSION.test(path) ? "/v1" : ""}${path}`;
}
