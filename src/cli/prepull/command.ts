import { Command, InvalidArgumentError, Option } from "commander";
import { PullcredError } from "../../core/error.ts";
import { OS_LABEL } from "../../core/prepull/daemon-set.ts";
import {
  configOption,
  namespaceLabelsOption,
  type OutputFormat,
  outputOption,
  parseNamespace,
} from "../options.ts";
import { ownNamespaceOption } from "../own-namespace-option.ts";
import { refuseSecondReading } from "../standard-input.ts";

const DESCRIPTION = `Renders a DaemonSet that pulls images on every node with Linux, or on those selected, with the pull secrets that the webhook
would give its Pods: kubectl apply brings the images there, kubectl delete cleans up.

With --wait it does all of that in the cluster that KUBECONFIG names, with your rights: creates the DaemonSet, waits until
each node has each image or is refused it three times, tells of every pull that failed, and deletes the DaemonSet.

The Secrets have to stand in the namespace. Where the webhook runs, it brings them.

Exit code 1 if after --wait an image is missing on a node.`;

const EXAMPLES = `
Examples:
  pullcred prepull --config config.yaml -n team-a --images harbor.example.com/team-a/shop:1.4.2 | kubectl apply -f -
  pullcred prepull --config config.yaml --from deployment.yaml --wait
  helm template shop | pullcred prepull --config config.yaml --from - --node-selector pool=gpu --wait --timeout 1800`;

export type PrepullOptions = {
  config: string;
  images: readonly string[];
  from: readonly string[];
  namespace?: string;
  namespaceLabels: Readonly<Record<string, string>>;
  ownNamespace: string;
  name?: string;
  nodeSelector: Readonly<Record<string, string>>;
  imageVolumes: "auto" | "always" | "never";
  pauseImage: string;
  wait: boolean;
  timeout: number;
  output: OutputFormat;
};

/** `pullcred prepull`. */
export function command(): Command {
  return new Command("prepull")
    .description(DESCRIPTION)
    .addHelpText("after", EXAMPLES)
    .addOption(configOption())
    .addOption(new Option("--images <image...>", "image references as a Pod has them").default([], "none"))
    .addOption(
      new Option(
        "--from <manifest...>",
        "the images of manifests: files, folders with all below them, or - for standard input",
      ).default([], "none"),
    )
    .addOption(
      new Option(
        "-n, --namespace <namespace>",
        "where the DaemonSet is (default: the one that the manifests name, else default)",
      ).argParser(parseNamespace),
    )
    .addOption(namespaceLabelsOption())
    .addOption(ownNamespaceOption())
    .addOption(
      new Option(
        "--name <name>",
        "the DaemonSet's (default: pullcred-prepull- and a digest of the images, the nodes and how they pull)",
      ).argParser(parseName),
    )
    .addOption(
      new Option("--node-selector <key=value>", "a label that nodes must have; may be repeated")
        .argParser(collectLabels)
        .default({}, "all nodes with Linux"),
    )
    .addOption(
      new Option(
        "--image-volumes <when>",
        "mount the images as volumes, instead of making containers of them that cannot start; auto does so, but with " +
          "--wait not where a kubelet is older than 1.35",
      )
        .choices(["auto", "always", "never"])
        .default("auto"),
    )
    .addOption(
      new Option("--pause-image <image>", "what keeps the Pods running").default(
        "registry.k8s.io/pause:3.10",
      ),
    )
    .option("--wait", "do it in the cluster, and clean up", false)
    .addOption(
      new Option("--timeout <seconds>", "how long --wait waits").argParser(parseTimeout).default(600),
    )
    .addOption(outputOption())
    .action(async (options: PrepullOptions) => {
      if (options.images.length + options.from.length === 0) {
        throw new PullcredError(
          "WrongUse",
          "there is nothing to pull: give --images, or manifests by --from",
        );
      }
      refuseSecondReading(options.config, options.from);
      const { prepull } = await import("./run.ts");
      await prepull(options);
    });
}

function parseName(text: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) {
    throw new InvalidArgumentError(
      "It has up to 63 lower-case letters, digits and hyphens, with no hyphen at either end.",
    );
  }
  return text;
}

function collectLabels(text: string, labels: Readonly<Record<string, string>>): Record<string, string> {
  const [key = "", value, ...rest] = text.split("=");
  if (key === "" || value === undefined || rest.length > 0) {
    throw new InvalidArgumentError("It is key=value, as in --node-selector pool=gpu.");
  }
  if (key === OS_LABEL && value !== "linux") {
    throw new InvalidArgumentError(
      "Only nodes with Linux pull ahead: a kubelet on Windows refuses the user ID of the Pods, and mounts no image.",
    );
  }
  return { ...labels, [key]: value };
}

function parseTimeout(text: string): number {
  const seconds = Number(text);
  if (text.trim() === "" || !(seconds > 0 && seconds <= 86_400)) {
    throw new InvalidArgumentError("It is a number of seconds over 0, up to 86400.");
  }
  return seconds;
}
