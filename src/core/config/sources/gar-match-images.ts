import type { GarConfig } from "./gar-schema.ts";

/** Everywhere, with the hosts of Container Registry. */
const EVERYWHERE = ["*-docker.pkg.dev", "docker.*.rep.pkg.dev", "gcr.io", "*.gcr.io"];

/** The hosts of Artifact Registry in the config's locations, each by every name that it has; all of them without any. */
export function garMatchImages({ locations }: GarConfig): readonly string[] {
  return locations?.flatMap(hostsOf) ?? EVERYWHERE;
}

/** A region, such as `europe-west3`, also has an endpoint that keeps to it; a multi-region, such as `europe`, has none. */
function hostsOf(location: string): readonly string[] {
  const host = `${location}-docker.pkg.dev`;
  return /-[a-z]+\d+$/.test(location) ? [host, `docker.${location}.rep.pkg.dev`] : [host];
}
