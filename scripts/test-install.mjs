// npm run test:install: the chart installed by helm on a real control plane, all tests or the files named. It needs root and
// iproute2: each of pullcred's Pods has a network namespace of its own.
import { join } from "node:path";
import { ensureControlPlane } from "./control-plane.mjs";
import { ensureHelm } from "./helm.mjs";
import { ensureGoTools } from "./lib/go-tools.mjs";
import { runLane } from "./lib/run-lane.mjs";
import { ensureInstalled, fail, root } from "./lib/toolchain.mjs";

if (process.getuid?.() !== 0) fail("These tests make network namespaces: run them as root.");
ensureInstalled();
process.env.PULLCRED_TEST_CONTROL_PLANE = ensureControlPlane();
process.env.PULLCRED_TEST_HELM = ensureHelm();
process.env.PULLCRED_TEST_KUBECTL = ensureKubectl();
runLane("install", 300);

/** The kubectl that runs the commands of the documents. Whoever has one names it in PULLCRED_KUBECTL. */
function ensureKubectl() {
  const given = process.env.PULLCRED_KUBECTL;
  if (given) return given;
  const folder = ensureGoTools({
    name: "kubectl",
    module: join(root, "test", "install", "kubectl"),
    packages: { kubectl: "k8s.io/kubernetes/cmd/kubectl" },
    linkerFlags: "-s -w",
    instead: "set PULLCRED_KUBECTL",
  });
  return join(folder, "kubectl");
}
