import { Command, Option } from "commander";
import { PullcredError } from "../../core/error.ts";
import { configOption, type OutputFormat, outputOption, parseNamespace } from "../options.ts";
import { ownNamespaceOption } from "../own-namespace-option.ts";
import { refuseSecondReading } from "../standard-input.ts";

const DESCRIPTION = `Finds the Pods whose pulls fail or will fail: made without their pull secret, with one that is missing, foreign, stale or
broken, or running only because their image is on the node; credentials that expire; what the configuration does not cover,
and what of it nobody uses.

Looks at the cluster that KUBECONFIG names, with your rights, or at manifests: files, folders, or what kubectl get prints.
It only reads, and prints no credential.

Exit code 1 if something is an error or a warning.`;

const EXAMPLES = `
Examples:
  pullcred audit --config config.yaml
  pullcred audit --config config.yaml --cluster -n team-a -o json
  pullcred audit --config config.yaml -f manifests/
  kubectl get pods,secrets,serviceaccounts,namespaces -A -o json | pullcred audit --config config.yaml -f -`;

export type AuditOptions = {
  config: string;
  cluster: boolean;
  filename: readonly string[];
  namespace?: string;
  ownNamespace: string;
  release: string;
  output: OutputFormat;
};

/** `pullcred audit`. */
export function command(): Command {
  return new Command("audit")
    .description(DESCRIPTION)
    .addHelpText("after", EXAMPLES)
    .addOption(configOption())
    .option("--cluster", "the Pods of the cluster that have not ended (the default without -f)", false)
    .option(
      "-f, --filename <file>",
      "manifests: a file, a folder with all below it, or - for standard input; may be repeated",
      (file: string, files: readonly string[]) => [...files, file],
      [],
    )
    .addOption(
      new Option(
        "-n, --namespace <namespace>",
        "of a cluster: no other namespace; else that of manifests that name none, default",
      ).argParser(parseNamespace),
    )
    .addOption(ownNamespaceOption())
    .addOption(
      new Option("--release <name>", "the --release of serve, by which its copies are known")
        .argParser(parseNamespace)
        .default("pullcred"),
    )
    .addOption(outputOption())
    .action(async (options: AuditOptions) => {
      if (options.cluster && options.filename.length > 0) {
        throw new PullcredError("WrongUse", "--cluster and -f are two inputs: give one of them");
      }
      refuseSecondReading(options.config, options.filename);
      const { audit } = await import("./run.ts");
      await audit(options);
    });
}
