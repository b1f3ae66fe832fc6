import { Command, InvalidArgumentError, Option } from "commander";
import { cloudRegion } from "../../core/config/sources/cloud-api-schema.ts";
import { PullcredError } from "../../core/error.ts";
import type { ImportNote } from "../../core/import/found.ts";
import { importConfig } from "../../core/import/import-config.ts";
import { type InputDocument, readInputDocuments } from "../../core/import/input-document.ts";
import { writeConfig } from "../../core/import/write-config.ts";
import { EXIT_FINDINGS } from "../failure.ts";
import { type OutputFormat, outputOption, parseNamespace } from "../options.ts";
import { ownNamespaceOption } from "../own-namespace-option.ts";
import { readInput } from "../read-input.ts";

const DESCRIPTION = `Makes a configuration of what gives Pods their pull secrets today. What could not be carried over stands in it as comments; no credential does, only the commands that put it where pullcred finds it.

It knows by itself what each document is, YAML or JSON, alone or in a List:
  CredentialProviderConfig     kubelet's credential providers
  ConfigMap acr-configuration  of Alibaba Cloud's acr-credential-helper
  AcrInstanceInfo: [...]       the parameters of its managed edition
  ImagePullSecret              of Tencent Cloud's TCR add-on
  global.imagePullSecretsCrs   the values of that add-on
  config.json, .dockercfg      what docker login writes
  Secret, ServiceAccount       pull secrets that somebody copied around

Exit code 1 if something could not be carried over, 2 if there is nothing to import.`;

const EXAMPLES = `
Examples:
  pullcred import -f /etc/kubernetes/credential-providers.yaml > config.yaml
  kubectl --namespace kube-system get configmap acr-configuration -o yaml | pullcred import --region cn-hangzhou
  kubectl get imagepullsecrets.tcr.tencentcloudcr.com -o yaml | pullcred import
  pullcred import -f ~/.docker/config.json
  pullcred import --cluster > config.yaml
  pullcred import --cluster -n team-a -o json

Before it is used, and for it to be used:
  pullcred lint --config config.yaml
  helm upgrade --install pullcred charts/pullcred --namespace pullcred --values config.yaml`;

type ImportFlags = {
  filename: readonly string[];
  cluster: boolean;
  namespace?: string;
  region?: string;
  ownNamespace: string;
  output: OutputFormat;
};

/** `pullcred import`. */
export function command(): Command {
  return new Command("import")
    .description(DESCRIPTION)
    .addHelpText("after", EXAMPLES)
    .addOption(
      new Option("-f, --filename <file>", "what to import, - for standard input; may be repeated")
        .argParser((file: string, files: readonly string[]) => [...files, file])
        .default([], "- unless --cluster is there"),
    )
    .option("--cluster", "read the pull secrets and ServiceAccounts of the kubeconfig's cluster", false)
    .addOption(
      new Option(
        "-n, --namespace <namespace>",
        "with --cluster: read no other namespace; else that of manifests that name none, default",
      ).argParser(parseNamespace),
    )
    .addOption(
      new Option("--region <region>", "the cluster's own region, for what names none").argParser(parseRegion),
    )
    .addOption(ownNamespaceOption())
    .addOption(outputOption())
    .action(run);
}

function parseRegion(text: string): string {
  if (new RegExp(cloudRegion.pattern).test(text)) return text;
  throw new InvalidArgumentError(`It must be ${cloudRegion.expected}.`);
}

async function run(flags: ImportFlags): Promise<void> {
  const { namespace = "default", region, ownNamespace } = flags;
  const read = await readFiles(flags);
  const documents = [...read.documents, ...(flags.cluster ? await readCluster(flags) : [])];
  const imported = importConfig(documents, {
    namespace,
    ownNamespace,
    ...(region !== undefined && { region }),
  });
  const notes = [...read.notes, ...imported.notes];
  if (imported.mappings.length === 0 && notes.length === 0) throw nothingToImport(flags);
  const steps = imported.mappings.flatMap((mapping) => mapping.steps);
  process.stdout.write(
    flags.output === "json"
      ? `${JSON.stringify({ config: imported.config, notes, steps }, null, 2)}\n`
      : writeConfig({ ...imported, notes }),
  );
  if (notes.length > 0) process.exitCode = EXIT_FINDINGS;
}

function nothingToImport(flags: ImportFlags): PullcredError {
  const places = [...filesOf(flags).map(nameOf), ...(flags.cluster ? ["the cluster"] : [])].join(", ");
  const remedy = "pullcred import --help lists what there may be";
  return new PullcredError("WrongUse", `there is nothing to import in ${places}: ${remedy}`);
}

function filesOf({ filename, cluster }: ImportFlags): readonly string[] {
  return filename.length === 0 && !cluster ? ["-"] : filename;
}

function nameOf(file: string): string {
  return file === "-" ? "standard input" : file;
}

async function readFiles(flags: ImportFlags): Promise<{
  readonly documents: readonly InputDocument[];
  readonly notes: readonly ImportNote[];
}> {
  const files = filesOf(flags);
  if (files.filter((file) => file === "-").length > 1)
    throw new PullcredError("WrongUse", "could not read standard input twice: name it once");
  const documents: InputDocument[] = [];
  const notes: ImportNote[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const name = nameOf(file);
    const read = readInputDocuments(name, await readInput(file), file === "-" ? undefined : file);
    if (read.ok) {
      documents.push(...read.documents);
      notes.push(...read.notes);
    } else {
      problems.push(
        ...read.problems.map(({ line, column, message }) => `${name}:${line}:${column}: ${message}`),
      );
    }
  }
  if (problems.length > 0)
    throw new PullcredError("ManifestInvalid", `could not read what to import:\n${problems.join("\n")}`);
  return { documents, notes };
}

/** Loaded only when asked for: whoever imports a file needs no cluster. */
async function readCluster({ namespace }: ImportFlags): Promise<readonly InputDocument[]> {
  const { readClusterDocuments } = await import("./cluster-documents.ts");
  return readClusterDocuments(namespace);
}
