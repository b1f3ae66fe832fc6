import type { Mapping } from "../config/compile.ts";
import type { RegistryCredential } from "../credential/credentials.ts";
import { matchesPattern } from "../match/match-pattern.ts";
import type { Given } from "../refresh/judge-result.ts";
import { DEFAULT_CACHE_MS } from "./provider-config.ts";
import type { CacheKeyType, ProviderResponse } from "./response.ts";

/** What the mappings that match an image gave, in the order of the config. */
export type GivenToImage = {
  readonly image: string;
  readonly given: readonly Given[];
  /** Whether a mapping that matches gave nothing: then kubelet must ask again. */
  readonly isPartial: boolean;
  /** Every mapping that could have been asked. */
  readonly mappings: readonly Mapping[];
  readonly now: number;
};

/** The answer to kubelet. Of two credentials for one key the first counts: a response has room for one. */
export function buildResponse(answer: GivenToImage): ProviderResponse {
  const auth = new Map<string, RegistryCredential>();
  for (const { credentials } of answer.given) {
    for (const [server, credential] of credentials) if (!auth.has(server)) auth.set(server, credential);
  }
  return { cacheKeyType: cacheKeyTypeOf(answer), cacheDuration: cacheDurationOf(answer), auth };
}

/** kubelet gives a response to all images of a registry only where its path makes no difference to which mappings match. */
function cacheKeyTypeOf({ image, mappings }: GivenToImage): CacheKeyType {
  const depends = mappings.some(({ patterns }) =>
    patterns.some((pattern) => pattern.path !== "" && matchesPattern({ ...pattern, path: "" }, image)),
  );
  return depends ? "Image" : "Registry";
}

/** Half of what is left, as cloud-provider-aws has it: a pull that begins at its end must not fail in the middle. */
function cacheDurationOf({ given, isPartial, now }: GivenToImage): number {
  if (isPartial) return 0;
  const halves = given.map(({ expiresAt }) => (expiresAt === undefined ? Infinity : (expiresAt - now) / 2));
  return Math.min(DEFAULT_CACHE_MS, ...halves);
}
