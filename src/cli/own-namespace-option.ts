import { Option } from "commander";
import { parseNamespace } from "./options.ts";

/** `--own-namespace NAMESPACE`: where pullcred itself runs. */
export function ownNamespaceOption(): Option {
  return new Option("--own-namespace <namespace>", "pullcred's own namespace, never touched")
    .argParser(parseNamespace)
    .default("pullcred");
}
