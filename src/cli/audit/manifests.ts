import { type Finding, FindingKind, toFinding } from "../../core/audit/finding.ts";
import { type ManifestWorld, readManifestWorld } from "../../core/audit/manifest-world.ts";
import { createFactsMaker, type PullSecretFacts } from "../../core/audit/pull-secret-facts.ts";
import { createRegistryCover } from "../../core/audit/registry-cover.ts";
import type { CompiledConfig } from "../../core/config/compile.ts";
import { isManaged } from "../../core/copy/copy.ts";
import { copyKey, splitCopyKey } from "../../core/copy/copy-key.ts";
import type { Origin } from "../../core/copy/origin.ts";
import { isOfOtherRelease } from "../../core/copy/release.ts";
import { bareNamespace } from "../../core/namespace/namespace.ts";
import { readManifestFiles, unusable } from "../manifest-files.ts";
import type { AuditOptions } from "./command.ts";
import type { AuditInput } from "./input.ts";
import { readOrigins } from "./origins.ts";

/** Reads manifests, of which all that is looked at is in memory. */
export async function readManifests(options: AuditOptions, config: CompiledConfig): Promise<AuditInput> {
  const { filename, namespace = "default", ownNamespace, release } = options;
  const files = await readManifestFiles(filename);
  const world = readManifestWorld(files, namespace);
  if (world.problems.length > 0) throw unusable(world.problems);
  const hasOrigins = [...world.secrets.keys()].some((key) => splitCopyKey(key).namespace === ownNamespace);
  const origins = await readOrigins(config.mappings, ownNamespace, Date.now(), async (name) => {
    const secret = world.secrets.get(copyKey(ownNamespace, name));
    return secret ?? (hasOrigins ? undefined : "unknown");
  });
  const facts = toFacts(world, config, origins.byMapping, release);
  return {
    world: {
      config,
      ownNamespace,
      covers: createRegistryCover(config.mappings),
      namespace: (name) => world.namespaces.get(name) ?? bareNamespace(name),
      // Files without a single Secret say nothing about which there are.
      pullSecret: (where, name) =>
        facts.get(copyKey(where, name)) ?? (facts.size > 0 ? "missing" : "unknown"),
      mountable: (where, name) => world.serviceAccounts.get(copyKey(where, name))?.mountable ?? "any",
    },
    findings: [...(hasOrigins ? origins.findings : []), ...noteAbsence(world)],
    serviceAccounts: [...world.serviceAccounts].map(([key, account]) => ({ ...splitCopyKey(key), account })),
    async *pods() {
      yield world.pods;
    },
    close: () => undefined,
  };
}

function toFacts(
  { secrets }: ManifestWorld,
  { mappings }: CompiledConfig,
  origins: ReadonlyMap<string, Origin>,
  release: string,
): ReadonlyMap<string, PullSecretFacts> {
  const make = createFactsMaker();
  const bySecretName = new Map(mappings.map((mapping) => [mapping.secretName, mapping.name]));
  return new Map(
    [...secrets].map(([key, secret]) => {
      const mapping = bySecretName.get(secret.metadata.name);
      const isOurs = isManaged(secret) && !isOfOtherRelease(secret, release);
      return [key, make(secret, isOurs, mapping === undefined ? undefined : origins.get(mapping))];
    }),
  );
}

function noteAbsence({ secrets }: ManifestWorld): readonly Finding[] {
  if (secrets.size > 0) return [];
  const message = "the manifests hold no Secret, so that nothing is said of those that Pods name";
  const remedy = "add them to the input, as kubectl get secrets -o yaml prints them, or audit the cluster";
  return [toFinding({ kind: FindingKind.NotRead, severity: "info", message, remedy })];
}
