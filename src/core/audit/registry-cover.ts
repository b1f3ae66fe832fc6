import type { Mapping } from "../config/compile.ts";
import { matchesPattern } from "../match/match-pattern.ts";
import { remembering } from "../match/remembering.ts";

/** Registries that mostly give images to everybody: nobody has to configure a credential for them. */
const PUBLIC = new Set([
  "cgr.dev",
  "docker.elastic.co",
  "docker.io",
  "ecr-public.aws.com",
  "gcr.io",
  "ghcr.io",
  "k8s.gcr.io",
  "lscr.io",
  "mcr.microsoft.com",
  "nvcr.io",
  "public.ecr.aws",
  "quay.io",
  "registry.access.redhat.com",
  "registry.k8s.io",
]);

/** Tells whether some mapping is for a registry, whatever repositories its patterns are for. */
export function createRegistryCover(mappings: readonly Mapping[]): (registry: string) => boolean {
  const patterns = mappings.flatMap((mapping) =>
    mapping.patterns.map((pattern) => ({ ...pattern, path: "" })),
  );
  return remembering((registry) => patterns.some((pattern) => matchesPattern(pattern, `${registry}/any`)));
}

/** Whether most people pull from a registry without a credential. */
export function isPublicRegistry(registry: string): boolean {
  return PUBLIC.has(registry);
}
