import { readFile } from "node:fs/promises";
import type { Logger } from "pino";
import { type CompiledConfig, compileConfig } from "../../core/config/compile.ts";
import { formatIssue } from "../../core/config/issue.ts";
import { type ParsedConfig, parseConfig } from "../../core/config/parse-config.ts";
import type { Metrics } from "../observability/metrics.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { watchFile } from "./watch-file.ts";

export type ConfigFileOptions = {
  readonly path: string;
  /** The config that the process was started with. */
  readonly initial: CompiledConfig;
  /** The text that it was read from: a change since then is seen as well. */
  readonly loaded?: string | undefined;
  /** Called with each new config that has no error. */
  readonly onChange: (config: CompiledConfig) => void;
  readonly metrics: Metrics;
  readonly log: Logger;
};

/** The config in force. */
export type ConfigFile = {
  current(): CompiledConfig;
  /** Since when it is, in milliseconds since the epoch. */
  loadedAt(): number;
  /** Why what is in the file instead is not in force; undefined where it is. */
  refusal(): ConfigRefusal | undefined;
  stop(): void;
};

export type ConfigRefusal = { readonly at: number; readonly problems: readonly string[] };

/** Reads the config again whenever its file changes. One with errors is refused, and the last good one stays. */
export function followConfigFile(options: ConfigFileOptions): ConfigFile {
  const { path, onChange, metrics, log } = options;
  let current = options.initial;
  let loadedAt = Date.now();
  let refusal: ConfigRefusal | undefined;
  let isStopped = false;
  metrics.configValid.set(1);

  const reload = oneAtATime(async () => {
    const parsed = await read();
    if (isStopped) return;
    metrics.configReloads.inc({ result: parsed?.ok ? "accepted" : "refused" });
    metrics.configValid.set(parsed?.ok ? 1 : 0);
    if (parsed === undefined) {
      refusal = { at: Date.now(), problems: ["the file could not be read"] };
      return;
    }
    if (!parsed.ok) {
      const issues = parsed.issues.map((issue) => formatIssue(path, issue));
      refusal = { at: Date.now(), problems: issues };
      log.error({ path, issues }, "config refused: the last good one stays in force");
      return;
    }
    current = compileConfig(parsed.config);
    loadedAt = Date.now();
    refusal = undefined;
    log.info({ path, registries: current.mappings.length }, "config reloaded");
    onChange(current);
  });

  async function read(): Promise<ParsedConfig | undefined> {
    try {
      return parseConfig(await readFile(path, "utf8"));
    } catch (err) {
      log.error({ err, path }, "could not read the config: the last good one stays in force");
      return undefined;
    }
  }

  const unwatch = watchFile(path, reload, options.loaded);
  return {
    current: () => current,
    loadedAt: () => loadedAt,
    refusal: () => refusal,
    stop() {
      isStopped = true;
      unwatch();
    },
  };
}
