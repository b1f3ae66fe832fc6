import { resolve } from "node:path";
import { Command } from "commander";
import { stringify } from "yaml";
import type { CompiledConfig, Mapping } from "../../core/config/compile.ts";
import { neededSecrets } from "../../core/config/needed-secrets.ts";
import { buildResponse } from "../../core/credential-provider/build-response.ts";
import { providerConfig } from "../../core/credential-provider/provider-config.ts";
import { decodeRequest } from "../../core/credential-provider/request.ts";
import { encodeResponse } from "../../core/credential-provider/response.ts";
import { PullcredError } from "../../core/error.ts";
import { type Given, judgeResult } from "../../core/refresh/judge-result.ts";
import { readInTime } from "../../core/refresh/read-in-time.ts";
import { EXIT_FINDINGS } from "../failure.ts";
import { loadConfig } from "../load-config.ts";
import { configOption } from "../options.ts";
import { readInput } from "../read-input.ts";

const DESCRIPTION = `Is a credential provider plugin for kubelet: reads a CredentialProviderRequest on standard input, and answers
with the credentials of the mappings that match its image. It runs on the node, where there are no Secrets: mappings whose
credentials need one are left out, and standard error says so.

With --print-config it prints the CredentialProviderConfig that makes kubelet call it, as the program "pullcred".

Exit code 1 if mappings match, but none has a credential.`;

/** The program's name in kubelet's --image-credential-provider-bin-dir. */
const PROGRAM = "pullcred";
/** kubelet waits for a minute, and takes nothing from a plugin that it had to kill. */
const LONGEST_READ_MS = 50_000;

type Options = { config: string; printConfig: boolean };

/** `pullcred credential-provider`. */
export function command(): Command {
  return new Command("credential-provider")
    .description(DESCRIPTION)
    .addOption(configOption())
    .option("--print-config", "print kubelet's CredentialProviderConfig", false)
    .action(provide);
}

async function provide(options: Options): Promise<void> {
  if (options.config === "-") {
    throw new PullcredError("WrongUse", "could not read --config from standard input: kubelet needs a file");
  }
  const config = await loadConfig(options.config);
  if (options.printConfig) printConfig(options, config);
  else await answer(config);
}

function printConfig(options: Options, config: CompiledConfig): void {
  for (const mapping of config.mappings) if (!isUsable(mapping)) tellUnusable(mapping);
  const matchImages = config.mappings.filter(isUsable).flatMap((mapping) => mapping.matchImages);
  if (matchImages.length === 0) {
    throw new PullcredError(
      "WrongUse",
      "could not print kubelet's configuration: no mapping works on a node",
    );
  }
  const args = ["credential-provider", "--config", resolve(options.config)];
  process.stdout.write(stringify(providerConfig(PROGRAM, args, matchImages)));
}

async function answer(config: CompiledConfig): Promise<void> {
  const decoded = decodeRequest(await readInput("-"));
  if (!decoded.ok) {
    throw new PullcredError("WrongUse", `could not use the request on standard input: it ${decoded.problem}`);
  }
  const { apiVersion, image } = decoded.request;
  const matching = config.matchImage(image)?.map((index) => config.mappings[index] as Mapping);
  if (matching === undefined) {
    throw new PullcredError("WrongUse", "could not use the request on standard input: its image is none");
  }
  const given = (await Promise.all(matching.map(readMapping))).filter((result) => result !== null);
  if (given.length === 0 && matching.length > 0) {
    process.exitCode = EXIT_FINDINGS;
    return;
  }
  const mappings = config.mappings.filter(isUsable);
  const isPartial = given.length < matching.filter(isUsable).length;
  const response = buildResponse({ image, given, isPartial, mappings, now: Date.now() });
  process.stdout.write(`${encodeResponse(response, apiVersion)}\n`);
}

/** What a mapping's source gives; null where it gives nothing, which standard error explains. */
async function readMapping(mapping: Mapping): Promise<Given | null> {
  if (!isUsable(mapping)) {
    tellUnusable(mapping);
    return null;
  }
  const { createNodeSource } = await import("./node-source.ts");
  const { source, clock } = createNodeSource(mapping);
  try {
    const result = await readInTime(source, LONGEST_READ_MS, clock, new AbortController().signal);
    const judged = judgeResult(result, clock.now());
    if (judged.isUsable) return judged.given;
    tell(mapping, judged.problem);
  } catch (error) {
    tell(mapping, error instanceof Error ? error.message : "its source failed");
  }
  return null;
}

function isUsable({ credentials }: Mapping): boolean {
  return neededSecrets(credentials).length === 0;
}

function tellUnusable(mapping: Mapping): void {
  const names = neededSecrets(mapping.credentials).join(", ");
  tell(
    mapping,
    `left out, because a node has no Secrets, and it needs ${names}: use configFile, exec or a role`,
  );
}

function tell({ name }: Mapping, problem: string): void {
  process.stderr.write(`pullcred: mapping ${name}: ${problem}\n`);
}
