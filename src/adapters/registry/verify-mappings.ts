import type { Mapping } from "../../core/config/compile.ts";
import { describeServer } from "../../core/credential/server-name.ts";
import { mapConcurrently } from "../../core/queue/map-concurrently.ts";
import { planLogins } from "../../core/verify/login-plan.ts";
import { inconclusive, type Outcome, type VerifyResult } from "../../core/verify/verdict.ts";
import type { VerifyRun } from "./verify-images.ts";

/** Logs in with the credentials of mappings at the registries that they are for. No image is asked for. */
export async function verifyMappings(
  mappings: readonly Mapping[],
  { client, known, concurrency, onDone }: VerifyRun,
): Promise<readonly VerifyResult[]> {
  const results = await mapConcurrently(mappings, concurrency, async (mapping) => {
    const found = await verifyMapping(mapping);
    onDone();
    return found;
  });
  return results.flat();

  async function verifyMapping(mapping: Mapping): Promise<readonly VerifyResult[]> {
    const credentials = known.get(mapping.name);
    if (credentials === undefined) return [];
    if ("verdict" in credentials) return [toResult(mapping, null, null, credentials)];
    const results: VerifyResult[] = [];
    for (const { registry, entries } of planLogins(mapping, credentials)) {
      for (const { server, credential } of entries) {
        results.push(toResult(mapping, registry, server, await client.login(registry, credential)));
      }
    }
    if (results.length > 0) return results;
    const detail = "its patterns name no registry without a wildcard that a key is for: name an image";
    return [toResult(mapping, null, null, inconclusive(detail))];
  }
}

function toResult(
  { name, secretName }: Mapping,
  registry: string | null,
  server: string | null,
  outcome: Outcome,
): VerifyResult {
  const key = server === null ? null : describeServer(server);
  return { image: null, registry, mapping: name, secretName, key, ...outcome };
}
