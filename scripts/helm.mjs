// Prints the path of helm, and builds it first where it is missing. Whoever has helm names it in PULLCRED_HELM.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureGoTools, moduleVersion } from "./lib/go-tools.mjs";
import { fail, root } from "./lib/toolchain.mjs";

const module = join(root, "test", "chart", "helm");

/** The path of helm. */
export function ensureHelm() {
  const given = process.env.PULLCRED_HELM;
  if (given) {
    if (!existsSync(given)) fail(`PULLCRED_HELM is ${given}, which is not there.`);
    return given;
  }
  const version = moduleVersion(module, "helm.sh/helm/v4");
  const folder = ensureGoTools({
    name: "helm",
    module,
    packages: { helm: "helm.sh/helm/v4/cmd/helm" },
    // Without it helm reports no version.
    linkerFlags: `-s -w -X helm.sh/helm/v4/internal/version.version=v${version}`,
    instead: "set PULLCRED_HELM",
  });
  return join(folder, "helm");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.stdout.write(`${ensureHelm()}\n`);
