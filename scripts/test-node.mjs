// npm run test:node: the tests that pull images on a real node, all of them or the files named. They need root on Debian.
import { delimiter, join } from "node:path";
import { ensureControlPlane } from "./control-plane.mjs";
import { ensureDebianPackages } from "./lib/debian-packages.mjs";
import { ensureGoTools, moduleVersion } from "./lib/go-tools.mjs";
import { runLane } from "./lib/run-lane.mjs";
import { ensureInstalled, fail, root } from "./lib/toolchain.mjs";

const PACKAGES = ["apache2-utils", "busybox-static", "docker-registry", "runc", "skopeo", "umoci"];

if (process.getuid?.() !== 0) fail("the node tests mount and start containers: run them as root on Linux.");
ensureInstalled();
ensureDebianPackages(PACKAGES, "the node tests need");
process.env.PULLCRED_TEST_CONTROL_PLANE = ensureControlPlane();
process.env.PULLCRED_TEST_NODE_TOOLS = [ensureKubelet(), ensureContainerd()].join(delimiter);
runLane("node", 300);

function ensureKubelet() {
  const module = join(root, "test", "node", "kubelet");
  const version = moduleVersion(module, "k8s.io/kubernetes");
  return ensureGoTools({
    name: "kubelet",
    module,
    packages: { kubelet: "k8s.io/kubernetes/cmd/kubelet" },
    // Without it kubelet reports no version.
    linkerFlags: `-s -w -X k8s.io/component-base/version.gitVersion=v${version}`,
    instead: "run the other tests only",
  });
}

// Debian's own does not answer RuntimeConfig of the CRI, without which the next kubelet does not start.
function ensureContainerd() {
  const commands = "github.com/containerd/containerd/v2/cmd";
  const module = join(root, "test", "node", "containerd");
  const version = moduleVersion(module, "github.com/containerd/containerd/v2");
  return ensureGoTools({
    name: "containerd",
    module,
    packages: {
      containerd: `${commands}/containerd`,
      "containerd-shim-runc-v2": `${commands}/containerd-shim-runc-v2`,
      ctr: `${commands}/ctr`,
    },
    linkerFlags: `-s -w -X github.com/containerd/containerd/v2/version.Version=${version}`,
    instead: "run the other tests only",
  });
}
