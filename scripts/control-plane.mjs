// Prints the folder with etcd, kube-apiserver and kube-controller-manager, and builds them first where they are missing.
// Whoever has them names their folder in KUBEBUILDER_ASSETS, as for controller-runtime's envtest.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureGoTools, moduleVersion } from "./lib/go-tools.mjs";
import { fail, root } from "./lib/toolchain.mjs";

const module = join(root, "test", "cluster", "control-plane");
const PACKAGES = {
  etcd: "go.etcd.io/etcd/server/v3",
  "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
  "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
};

/** The folder with the binaries of the control plane. */
export function ensureControlPlane() {
  const given = process.env.KUBEBUILDER_ASSETS;
  if (given) {
    const missing = Object.keys(PACKAGES).filter((name) => !existsSync(join(given, name)));
    if (missing.length > 0) fail(`KUBEBUILDER_ASSETS is ${given}, which lacks ${missing.join(", ")}.`);
    return given;
  }
  return ensureGoTools({
    name: "control-plane",
    module,
    packages: PACKAGES,
    linkerFlags: linkerFlags(),
    instead: "set KUBEBUILDER_ASSETS",
  });
}

// Without these the API server reports no version.
function linkerFlags() {
  const version = moduleVersion(module, "k8s.io/kubernetes");
  const [major, minor] = version.split(".");
  const set = (name, value) => `-X k8s.io/component-base/version.${name}=${value}`;
  return ["-s -w", set("gitVersion", `v${version}`), set("gitMajor", major), set("gitMinor", minor)].join(
    " ",
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  process.stdout.write(`${ensureControlPlane()}\n`);
