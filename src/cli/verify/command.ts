import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { PullcredError } from "../../core/error.ts";
import { insecureHostOption } from "../insecure-host-option.ts";
import {
  configOption,
  namespaceLabelsOption,
  type OutputFormat,
  outputOption,
  parseNamespace,
} from "../options.ts";
import { ownNamespaceOption } from "../own-namespace-option.ts";
import { refuseSecondReading } from "../standard-input.ts";

const DESCRIPTION = `Tries credentials at their registries, as kubelet would come to use them: those of every mapping, or those that the given
images need, the Pods of manifests, or with --cluster the Pods of the whole cluster.

The credentials are those that the webhook has: the Secrets in pullcred's own namespace, read with your rights in the cluster
that KUBECONFIG names, or below --data-dir; a docker config.json is read where this runs. Images are asked for by HEAD;
nothing is pulled. Without an image, only the credential is tried.

Exit code 1 if anything does not work.`;

const EXAMPLES = `
Examples:
  pullcred verify --config config.yaml
  pullcred verify --config config.yaml -n team-a harbor.example.com/team-a/shop:1.4.2
  pullcred verify --config config.yaml -f deployment.yaml --ca-file company-ca.pem
  pullcred verify --config config.yaml --cluster -o json`;

export type VerifyOptions = {
  config: string;
  dataDir?: string;
  cluster: boolean;
  filename: readonly string[];
  namespace?: string;
  namespaceLabels: Readonly<Record<string, string>>;
  ownNamespace: string;
  caFile?: string;
  insecureHost: readonly string[];
  timeout: number;
  concurrency: number;
  output: OutputFormat;
};

/** `pullcred verify`. */
export function command(): Command {
  return new Command("verify")
    .description(DESCRIPTION)
    .addHelpText("after", EXAMPLES)
    .addArgument(new Argument("[image...]", "image references as a Pod has them"))
    .addOption(configOption())
    .option("--data-dir <directory>", "the directory of a standalone server, instead of a cluster")
    .option(
      "-f, --filename <file>",
      "manifests: a file, a folder with all below it, or - for standard input; may be repeated",
      collect,
      [],
    )
    .option(
      "--cluster",
      "the images of all Pods of the cluster that have not ended; with -n, of a namespace",
      false,
    )
    .addOption(
      new Option(
        "-n, --namespace <namespace>",
        "the namespace of images, and of manifests that name none (default: whatever namespace a mapping allows)",
      ).argParser(parseNamespace),
    )
    .addOption(namespaceLabelsOption())
    .addOption(ownNamespaceOption())
    .option("--ca-file <file>", "certificates of CAs to trust beside the well-known ones, PEM")
    .addOption(
      insecureHostOption(
        "--insecure-host <host>",
        "a host that needs no TLS and no right certificate; may be repeated",
      ),
    )
    .addOption(
      new Option("--timeout <seconds>", "how long one request may take").argParser(parseTimeout).default(10),
    )
    .addOption(
      new Option("--concurrency <number>", "how much is tried at a time")
        .argParser(parseConcurrency)
        .default(8),
    )
    .addOption(outputOption())
    .action(async (images: readonly string[], options: VerifyOptions) => {
      if (options.cluster && options.dataDir !== undefined) {
        throw new PullcredError("WrongUse", "--data-dir stands for a cluster: give --cluster, or that");
      }
      refuseSecondReading(options.config, options.filename);
      const { verify } = await import("./run.ts");
      await verify(images, options);
    });
}

function collect(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}

function parseTimeout(text: string): number {
  const seconds = Number(text);
  if (text.trim() === "" || !(seconds > 0 && seconds <= 600)) {
    throw new InvalidArgumentError("It is a number of seconds over 0, up to 600.");
  }
  return seconds;
}

function parseConcurrency(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 64) {
    throw new InvalidArgumentError("It is a whole number from 1 to 64.");
  }
  return number;
}
