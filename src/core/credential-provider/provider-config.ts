import { formatGoDuration } from "../time/go-duration.ts";

/** kubelet's own time for a node's config.json; a response that expires says so itself. */
export const DEFAULT_CACHE_MS = 5 * 60_000;

/** What kubelet's `--image-credential-provider-config` has to hold, for a program of this name and these arguments. */
export function providerConfig(
  name: string,
  args: readonly string[],
  matchImages: readonly string[],
): Readonly<Record<string, unknown>> {
  return {
    apiVersion: "kubelet.config.k8s.io/v1",
    kind: "CredentialProviderConfig",
    providers: [
      {
        name,
        matchImages: [...new Set(matchImages.map(toKubeletPattern))],
        defaultCacheDuration: formatGoDuration(DEFAULT_CACHE_MS),
        apiVersion: "credentialprovider.kubelet.k8s.io/v1",
        args,
      },
    ],
  };
}

/** kubelet reads `index.docker.io` of an image as `docker.io`, but takes a pattern as it is. */
function toKubeletPattern(pattern: string): string {
  return pattern.replace(/^index\.docker\.io(?=\/|$)/, "docker.io");
}
