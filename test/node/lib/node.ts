import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "../../builders/eventually.ts";
import { startComponent } from "../../cluster/lib/component.ts";
import type { ControlPlane } from "../../cluster/lib/control-plane.ts";
import { makeCgroup, removeCgroup } from "./cgroup.ts";
import { makeImage } from "./image.ts";
import { containerdConfig, kubeletConfig, PAUSE, writeTrust } from "./node-config.ts";
import { runProgram } from "./program.ts";
import type { Registry } from "./registry.ts";

const SCRIPT = fileURLToPath(new URL("node.sh", import.meta.url));

/** The name of the one node. */
export const NODE_NAME = "node-1";

/** A machine of the cluster: kubelet with containerd and runc. */
export type Node = {
  /** What the containers of a Pod have printed. */
  printed(pod: { readonly metadata: { namespace: string; name: string; uid: string } }): string;
  stop(): Promise<void>;
};

/** Starts a node that trusts the registry's CA and has no credential, and waits until it has joined the control plane. */
export async function startNode(plane: ControlPlane, registry: Registry): Promise<Node> {
  const tools = process.env.PULLCRED_TEST_NODE_TOOLS;
  if (tools === undefined) throw new Error("run these tests by: npm run test:node");
  const folder = mkdtempSync(join(tmpdir(), "pullcred-node-"));
  const file = (name: string): string => join(folder, name);
  const cgroup = basename(folder);
  mkdirSync(file("log"));
  writeTrust(file("certs.d"), registry);
  writeFileSync(file("containerd.toml"), containerdConfig(file("certs.d")));
  writeFileSync(file("kubelet.yaml"), JSON.stringify(kubeletConfig(cgroup)));
  const pause = makeImage(folder, "pause", "exec busybox sleep 2147483647");
  runProgram("skopeo", ["--insecure-policy", "copy", pause, `docker-archive:${file("pause.tar")}:${PAUSE}`]);
  makeCgroup(cgroup);

  const machine = startComponent(
    "setpriv",
    [
      // However this process ends, the node ends with it.
      ...["--pdeathsig", "KILL", "--", "env", `PATH=${tools}:${process.env.PATH}`],
      ...["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", SCRIPT, folder],
      ...["--kubeconfig", join(plane.folder, "admin.kubeconfig"), "--hostname-override", NODE_NAME],
    ],
    file("node.log"),
  );
  const node: Node = {
    printed({ metadata: { namespace, name, uid } }) {
      const log = file(`log/pods/${namespace}_${name}_${uid}/app/0.log`);
      if (!existsSync(log)) return "";
      // A line of the CRI's format: time, stream, whether it is whole, and then what was printed.
      return readFileSync(log, "utf8").replace(/^\S+ std(out|err) [FP] /gm, "");
    },
    async stop() {
      await machine.stop();
      await removeCgroup(cgroup);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await eventually("the node joins", async () => {
      return (await plane.admin.get(`/api/v1/nodes/${NODE_NAME}`)).status === 200 || undefined;
    });
  } catch (cause) {
    const log = existsSync(file("node.log")) ? readFileSync(file("node.log"), "utf8") : "";
    await node.stop();
    throw new Error(`the node did not start:\n${log.slice(-4000)}`, { cause });
  }
  return node;
}
