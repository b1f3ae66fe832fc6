import { Command, InvalidArgumentError, Option } from "commander";
import type { Level } from "pino";
import { LOG_LEVELS } from "../../adapters/observability/log-levels.ts";
import { PullcredError } from "../../core/error.ts";
import { parseGoDuration } from "../../core/time/go-duration.ts";
import { insecureHostOption } from "../insecure-host-option.ts";
import { configOption, type OutputFormat, outputOption, parseNamespace } from "../options.ts";
import { type ListenAddress, parseListenAddress } from "./listen-address.ts";

const DESCRIPTION = `Serves the admission webhook: HTTPS POST /mutate, and on another port /metrics, /livez and /readyz.

It runs in the cluster that it is a Pod of, or beside the one that KUBECONFIG names. With --standalone it needs
none: namespaces and Secrets live in memory, or below --data-dir as
namespaces/NAME.yaml and secrets/NAMESPACE/NAME.yaml, which are read again when they change; the copies that
pullcred makes are written there.`;

const SHORTEST_INTERVAL_MS = 60_000;

export type ServeOptions = {
  config: string;
  standalone: boolean;
  dataDir?: string;
  namespace: string;
  release: string;
  namespacedRoles: boolean;
  listen: ListenAddress;
  metricsListen: ListenAddress;
  tlsCert?: string;
  tlsKey?: string;
  manageCertificate: boolean;
  repairPods: boolean;
  repairExcludeNamespace: readonly string[];
  statusPage: boolean;
  /** In milliseconds. */
  verifyEvery?: number;
  verifyCaFile?: string;
  verifyInsecureHost: readonly string[];
  drainDelay: number;
  logLevel: Level;
  output: OutputFormat;
};

/** `pullcred serve`. */
export function command(): Command {
  return new Command("serve")
    .description(DESCRIPTION)
    .addOption(configOption())
    .option("--standalone", "serve without a cluster", false)
    .option("--data-dir <directory>", "where the standalone server reads and writes manifests")
    .addOption(
      new Option("--namespace <namespace>", "pullcred's own namespace, where the Secrets of secretRef are")
        .env("POD_NAMESPACE")
        .argParser(parseNamespace)
        .default("pullcred"),
    )
    .addOption(
      new Option(
        "--release <name>",
        "names what is pullcred's in a cluster: its Lease, and a ClusterRole NAME:SECRETNAME for each mapping",
      )
        .argParser(parseNamespace)
        .default("pullcred"),
    )
    .option(
      "--namespaced-roles",
      "a mapping that includes namespaces by their names only has a Role NAME:SECRETNAME in each, and no ClusterRole",
      false,
    )
    .addOption(listenOption("--listen <address>", "where reviews are served", ":8443"))
    .addOption(listenOption("--metrics-listen <address>", "where metrics and probes are served", ":9090"))
    .option(
      "--status-page",
      "serve /status beside the metrics: what is in force, and the last decisions",
      false,
    )
    .option("--tls-cert <file>", "serving certificate, PEM; default: self-signed at start")
    .option("--tls-key <file>", "its private key, PEM")
    .option(
      "--manage-certificate",
      "keep an own CA and certificate in Secret RELEASE-certificate, and the caBundle of MutatingWebhookConfiguration RELEASE",
      false,
    )
    .option(
      "--repair-pods",
      "evict Pods of controllers that stand in a failed pull for want of a pull secret, so that they are made anew with it",
      false,
    )
    .addOption(
      new Option(
        "--repair-exclude-namespace <namespace>",
        "one that API servers do not call the webhook for: no Pod of it is evicted; may be repeated",
      )
        .argParser(collectNamespaces)
        .default([], "none"),
    )
    .addOption(
      new Option(
        "--verify-every <duration>",
        "log in with each mapping's credentials at its registries, such as every 1h; at least 1m (default: never)",
      ).argParser(parseInterval),
    )
    .addOption(
      new Option(
        "--verify-ca-file <file>",
        "certificates of CAs to trust there beside the well-known ones, PEM",
      ).argParser(parseFile),
    )
    .addOption(
      insecureHostOption(
        "--verify-insecure-host <host>",
        "a host there that needs no TLS and no right certificate; may be repeated",
      ),
    )
    .addOption(
      new Option("--drain-delay <seconds>", "how long SIGTERM goes on serving, while no longer ready")
        .argParser(parseSeconds)
        .default(2),
    )
    .addOption(new Option("--log-level <level>", "what is logged").choices(LOG_LEVELS).default("info"))
    .addOption(outputOption())
    .action(async (options: ServeOptions) => {
      if (options.dataDir !== undefined && !options.standalone) {
        throw new PullcredError("WrongUse", "--data-dir goes with --standalone: add it, or leave both out");
      }
      if (options.manageCertificate) checkManaging(options);
      checkRepairing(options);
      checkVerifying(options);
      const { serve } = await import("./run.ts");
      await serve(options);
    });
}

function checkManaging({ standalone, tlsCert, tlsKey }: ServeOptions): void {
  if (standalone) {
    throw new PullcredError("WrongUse", "--manage-certificate needs a cluster: leave out --standalone");
  }
  if (tlsCert === undefined && tlsKey === undefined) return;
  const problem = "--manage-certificate makes the certificate that --tls-cert and --tls-key would name";
  throw new PullcredError("WrongUse", `${problem}: give one or the other`);
}

function checkRepairing({ repairPods, repairExcludeNamespace, standalone }: ServeOptions): void {
  if (repairPods && standalone) {
    throw new PullcredError("WrongUse", "--repair-pods needs a cluster: leave out --standalone");
  }
  if (repairPods || repairExcludeNamespace.length === 0) return;
  const problem = "--repair-exclude-namespace goes with --repair-pods";
  throw new PullcredError("WrongUse", `${problem}: add it, or leave both out`);
}

function checkVerifying({ verifyEvery, verifyCaFile, verifyInsecureHost }: ServeOptions): void {
  if (verifyEvery !== undefined || (verifyCaFile === undefined && verifyInsecureHost.length === 0)) return;
  throw new PullcredError(
    "WrongUse",
    "--verify-ca-file and --verify-insecure-host go with --verify-every: add it, or leave them out",
  );
}

function listenOption(flags: string, description: string, fallback: string): Option {
  return new Option(flags, description)
    .argParser(parseListenAddress)
    .default(parseListenAddress(fallback), fallback);
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === "" || !(seconds >= 0 && seconds <= 600)) {
    throw new InvalidArgumentError("It is a number of seconds from 0 to 600.");
  }
  return seconds;
}

function parseInterval(text: string): number {
  const interval = parseGoDuration(text);
  if (interval === null || interval < SHORTEST_INTERVAL_MS) {
    throw new InvalidArgumentError("It is a duration of a minute or more, as in 30m or 1h30m.");
  }
  return interval;
}

function collectNamespaces(text: string, namespaces: readonly string[]): readonly string[] {
  return [...namespaces, parseNamespace(text)];
}

function parseFile(text: string): string {
  if (text === "-") throw new InvalidArgumentError("It is a file, because it is read again and again.");
  return text;
}
