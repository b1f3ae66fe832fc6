const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * A server as it may be shown. People write `https://user:password@host` as a key; kubelet passes over what stands before
 * the "@" and behind a "?" or "#". The last "@" counts, because a password may hold others, and a registry's name none.
 */
export function describeServer(server: string): string {
  const scheme = SCHEME.exec(server)?.[0] ?? "";
  const [name = ""] = server.slice(Math.max(scheme.length, server.lastIndexOf("@") + 1)).split(/[?#]/, 1);
  return `${scheme}${name}`;
}

/** Where a server's entry stands in a map, such as `auths["reg.example.com"]`. */
export function placeOfServer(map: string, server: string): string {
  return `${map}[${JSON.stringify(describeServer(server))}]`;
}
