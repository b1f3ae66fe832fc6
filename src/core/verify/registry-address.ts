import type { ImageReference } from "../image/reference.ts";

/** Where a registry answers that image references call something else. */
const DOCKER_HUB = { name: "docker.io", host: "registry-1.docker.io" };

/** The host, with its port, at which a registry answers; null where the name can be none. */
export function registryHost(registry: string): string | null {
  const host = registry === DOCKER_HUB.name ? DOCKER_HUB.host : registry;
  // A URL that only has a host: nothing of the name may become a path, a query or a user.
  const url = URL.parse(`https://${host}/`);
  return url === null || host === "" || /[/?#@\\\s]/.test(host) ? null : host;
}

/** The path of an image's manifest; of a tag and a digest the digest counts. */
export function manifestPath({ repository, tag, digest }: ImageReference): string {
  return `/v2/${repository}/manifests/${digest ?? tag}`;
}

/** Whether an address stays on this machine, so that nobody can listen. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
