import type { MatchPattern } from "../../match/match-pattern.ts";

/** Hosts of Docker Hub by which people rarely name its images. */
const DOCKER_HUB_HOSTS = new Set(["registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com"]);

/** What a pattern means other than its author probably thinks, each with what to write instead. */
export function findMatchImageTraps(pattern: MatchPattern): readonly string[] {
  const parts = { host: hostOf(pattern.text), port: pattern.port, path: pattern.path.replace(/^\//, "") };
  return TRAPS.flatMap((trap) => trap(parts) ?? []);
}

type Parts = { readonly host: string; readonly port: string; readonly path: string };
type Trap = (parts: Parts) => string | null;

const TRAPS: readonly Trap[] = [
  explainDockerHubAlias,
  explainDockerHubHost,
  explainDockerHubPrefix,
  explainLoneWildcard,
  explainDoubleWildcard,
  explainUpperCase,
  explainDefaultPort,
];

function explainDockerHubAlias({ host, port }: Parts): string | null {
  return host === "index.docker.io" && port === ""
    ? 'is read as "docker.io", as in an image: write that'
    : null;
}

function explainDockerHubHost({ host }: Parts): string | null {
  if (!DOCKER_HUB_HOSTS.has(host)) return null;
  return `matches only images that name ${host} themselves; every other image of Docker Hub is "docker.io/…"`;
}

function explainDockerHubPrefix({ host, port, path }: Parts): string | null {
  const isDockerHub = (host === "docker.io" || host === "index.docker.io") && port === "";
  if (!isDockerHub || path === "" || path.includes("/") || path === "library") return null;
  return (
    `matches every organisation whose name starts with "${path}"; the organisation alone is "docker.io/${path}/", ` +
    `and an official image is "docker.io/library/${path}"`
  );
}

function explainLoneWildcard({ host }: Parts): string | null {
  if (host.includes(".") || !host.includes("*")) return null;
  return 'matches only hosts without a dot, such as localhost: a "*" stands for one label, "*.*" for a host of two';
}

function explainDoubleWildcard({ host }: Parts): string | null {
  return host.includes("**") ? 'has "**", which is the same as "*": it does not match a dot' : null;
}

function explainUpperCase({ host }: Parts): string | null {
  if (!/[A-Z]/.test(host)) return null;
  return "matches only images whose host is written in the same upper and lower case";
}

function explainDefaultPort({ port }: Parts): string | null {
  return port === "443"
    ? 'matches only images that write ":443"; without the port it matches those that do not'
    : null;
}

function hostOf(text: string): string {
  return (text.split("/", 1)[0] ?? "").replace(/:[^:\]]*$/, "");
}
