import { createRegistryClient } from "../../adapters/registry/registry-client.ts";
import { trustAlso } from "../../adapters/registry/registry-trust.ts";
import { type VerifyRun, verifyImages } from "../../adapters/registry/verify-images.ts";
import { verifyMappings } from "../../adapters/registry/verify-mappings.ts";
import { systemClock } from "../../adapters/time/system-clock.ts";
import type { CompiledConfig, Mapping } from "../../core/config/compile.ts";
import type { Target } from "../../core/verify/target.ts";
import { Verdict, type VerifyResult } from "../../core/verify/verdict.ts";
import { readCaFile } from "../ca-file.ts";
import { EXIT_FINDINGS } from "../failure.ts";
import { loadConfig } from "../load-config.ts";
import { createProgressLine } from "../progress-line.ts";
import type { VerifyOptions } from "./command.ts";
import { readCredentials } from "./credentials.ts";
import { openDirectory, openNowhere, type VerifyPlace } from "./place.ts";
import { formatResults } from "./table.ts";
import { collectTargets, rememberNamespaces } from "./targets.ts";

/** Verifies, prints what came of it, and sets the exit code. */
export async function verify(images: readonly string[], options: VerifyOptions): Promise<void> {
  const config = await loadConfig(options.config);
  const trust =
    options.caFile === undefined ? undefined : trustAlso(await readCaFile(options.caFile, "--ca-file"));
  const place = await openPlace(options, config);
  const progress = createProgressLine(process.stderr);
  const { concurrency, timeout, insecureHost: insecureHosts } = options;
  const client = createRegistryClient({
    clock: systemClock,
    timeout: timeout * 1_000,
    trust,
    insecureHosts,
    maxSockets: concurrency,
    optionNames: { caFile: "--ca-file", insecureHost: "--insecure-host" },
  });

  async function run(): Promise<readonly VerifyResult[]> {
    const isAboutImages = images.length > 0 || options.filename.length > 0 || options.cluster;
    const targets = isAboutImages ? await collectTargets(images, options, config, place) : [];
    const mappings = isAboutImages ? mappingsOf(targets) : await allowedMappings(config, options, place);
    const reading = { ...options, place, environment: process.env };
    const known = await readCredentials(mappings, reading);
    const total = isAboutImages ? targets.length : mappings.length;
    let done = 0;
    const onDone = (): void => progress.show(`${++done} of ${total} tried`);
    const context: VerifyRun = { client, known, concurrency, onDone };
    return isAboutImages ? verifyImages(targets, context) : verifyMappings(mappings, context);
  }

  try {
    const results = await run();
    progress.clear();
    process.stdout.write(
      options.output === "json" ? `${JSON.stringify({ results }, null, 2)}\n` : formatResults(results),
    );
    if (results.some(({ verdict }) => verdict !== Verdict.Works)) process.exitCode = EXIT_FINDINGS;
  } finally {
    progress.clear();
    client.close();
    place.close();
  }
}

/** A configuration whose credentials are all in files needs no cluster. */
async function openPlace(options: VerifyOptions, { mappings }: CompiledConfig): Promise<VerifyPlace> {
  if (options.dataDir !== undefined) return openDirectory(options.dataDir);
  const isInFiles = mappings.every(({ credentials }) => "configFile" in credentials);
  if (isInFiles && !options.cluster) return openNowhere();
  const { openCluster } = await import("./cluster.ts");
  return openCluster(process.env);
}

function mappingsOf(targets: readonly Target[]): readonly Mapping[] {
  const byName = new Map(
    targets.flatMap(({ mappings }) => mappings.map((mapping) => [mapping.name, mapping])),
  );
  return [...byName.values()];
}

async function allowedMappings(
  { mappings }: CompiledConfig,
  { namespace: name, namespaceLabels }: VerifyOptions,
  place: VerifyPlace,
): Promise<readonly Mapping[]> {
  if (name === undefined) return mappings;
  const { labels } = await rememberNamespaces(place, namespaceLabels)(name);
  return mappings.filter(({ namespaces }) => namespaces.allows(name, labels));
}
