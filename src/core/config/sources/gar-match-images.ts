import type { GarConfig } from "./gar-schema.ts";

/** The hosts of Artifact Registry in the config's locations; everywhere, and those of Container Registry, without any. */
export function garMatchImages({ locations }: GarConfig): readonly string[] {
  return (
    locations?.map((location) => `${location}-docker.pkg.dev`) ?? ["*-docker.pkg.dev", "gcr.io", "*.gcr.io"]
  );
}
