// npm run test:plugin: pullcred and credential provider plugins, each beside what the other was made for: a plugin that
// somebody else wrote under pullcred, and pullcred under kubelet's own code. Needs Go and its module proxy.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureGoTools } from "./lib/go-tools.mjs";
import { runLane } from "./lib/run-lane.mjs";
import { ensureInstalled, fail, root } from "./lib/toolchain.mjs";

ensureInstalled();
const folder = ensureGoTools({
  name: "plugin",
  module: join(root, "test", "plugin", "ecr"),
  packages: { "ecr-credential-provider": "k8s.io/cloud-provider-aws/cmd/ecr-credential-provider" },
  linkerFlags: "-s -w",
  instead: "leave this lane out",
});
// Built each time, because it is a program of this repository: Go's own cache knows when there is nothing to do.
const kubelet = join(folder, "ask-kubelet");
const build = spawnSync("go", ["build", "-trimpath", "-o", kubelet, "."], {
  cwd: join(root, "test", "plugin", "kubelet"),
  stdio: ["ignore", process.stderr, process.stderr],
  env: { ...process.env, CGO_ENABLED: "0" },
});
if (build.status !== 0) fail("could not build ask-kubelet: see Go's message above.");
process.env.PULLCRED_TEST_KUBELET = kubelet;
process.env.PULLCRED_TEST_ECR_PLUGIN = join(folder, "ecr-credential-provider");
runLane("plugin", 240);
