// Prints the folder with etcd, kube-apiserver and kube-controller-manager, and builds them first where they are missing.
// Whoever has them names their folder in KUBEBUILDER_ASSETS, as for controller-runtime's envtest. Building needs Go and its
// module proxy, and takes minutes; the folder's name has the digest of go.sum, so that it is done once per version.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
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
  const digest = createHash("sha256")
    .update(readFileSync(join(module, "go.sum")))
    .digest("hex")
    .slice(0, 16);
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const folder = join(cache, "pullcred", `control-plane-${digest}`);
  if (!existsSync(folder)) build(folder);
  return folder;
}

function build(folder) {
  process.stderr.write(
    "Building etcd, kube-apiserver and kube-controller-manager (once, some minutes) ...\n",
  );
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    for (const [name, path] of Object.entries(PACKAGES)) {
      const args = ["build", "-trimpath", "-ldflags", linkerFlags(), "-o", join(draft, name), path];
      const result = spawnSync("go", args, {
        cwd: module,
        stdio: ["ignore", process.stderr, process.stderr],
        env: { ...process.env, CGO_ENABLED: "0" },
      });
      if (result.error)
        fail(`could not run go: ${result.error.message}. Install Go, or set KUBEBUILDER_ASSETS.`);
      if (result.status !== 0) fail(`could not build ${name}: see Go's message above.`);
    }
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

// Without these the API server reports no version.
function linkerFlags() {
  const [, major, minor, patch] = /k8s\.io\/kubernetes v(\d+)\.(\d+)\.(\d+)/.exec(
    readFileSync(join(module, "go.mod"), "utf8"),
  );
  const set = (name, value) => `-X k8s.io/component-base/version.${name}=${value}`;
  return [
    "-s -w",
    set("gitVersion", `v${major}.${minor}.${patch}`),
    set("gitMajor", major),
    set("gitMinor", minor),
  ].join(" ");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  process.stdout.write(`${ensureControlPlane()}\n`);
