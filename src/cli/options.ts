import { InvalidArgumentError, Option } from "commander";

/** `--config FILE`, which every command needs. */
export function configOption(): Option {
  return new Option("-c, --config <file>", "the pullcred configuration").makeOptionMandatory();
}

export type OutputFormat = "text" | "json";

/** `-o text|json`. */
export function outputOption(): Option {
  return new Option("-o, --output <format>", "text for people, json for programs")
    .choices(["text", "json"])
    .default("text");
}

/** `-n NAMESPACE`: where the Pods would be created. */
export function namespaceOption(description: string): Option {
  return new Option("-n, --namespace <namespace>", description).argParser(parseNamespace).default("default");
}

/** `--namespace-labels k=v,…`, for mappings with a selector. */
export function namespaceLabelsOption(): Option {
  return new Option("--namespace-labels <labels>", "the namespace's labels, as key=value,key=value")
    .argParser(parseLabels)
    .default({}, "none");
}

/** The name of a namespace: a DNS label. */
export function parseNamespace(text: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) {
    throw new InvalidArgumentError(
      "A namespace has up to 63 lower-case letters, digits and hyphens, with no hyphen at either end.",
    );
  }
  return text;
}

function parseLabels(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const pair of text.split(",").filter((part) => part.trim() !== "")) {
    const [key = "", ...rest] = pair.split("=");
    if (key.trim() === "" || rest.length !== 1) {
      throw new InvalidArgumentError(
        `"${pair}" is not key=value. Write it as --namespace-labels tier=app,team=a`,
      );
    }
    labels[key.trim()] = (rest[0] ?? "").trim();
  }
  return labels;
}
