import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Registry } from "./registry.ts";

/** The image of the process that holds a Pod's namespaces; it is on the node from the start. */
export const PAUSE = "pause.test/pause:1";

/** Writes how containerd reaches the registry: by TLS, with its CA, and without any credential. */
export function writeTrust(folder: string, { host, ca }: Registry): void {
  mkdirSync(join(folder, host), { recursive: true });
  writeFileSync(join(folder, host, "ca.crt"), ca);
  const server = `https://${host}`;
  writeFileSync(
    join(folder, host, "hosts.toml"),
    `server = "${server}"\n[host."${server}"]\nca = "${join(folder, host, "ca.crt")}"\n`,
  );
}

/** The config file of containerd; `trust` is the folder that `writeTrust` has written. */
export function containerdConfig(trust: string): string {
  return [
    "version = 4",
    "imports = []",
    // What would write to /opt, /etc and /usr, which the node shares with the machine, is off or elsewhere.
    'disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.nri.v1.nri"]',
    '[plugins."io.containerd.cri.v1.images".pinned_images]',
    `sandbox = "${PAUSE}"`,
    '[plugins."io.containerd.cri.v1.images".registry]',
    `config_path = "${trust}"`,
    // Without the capability that lowers it, which a machine inside another may lack.
    '[plugins."io.containerd.cri.v1.runtime"]',
    "restrict_oom_score_adj = true",
    '[plugins."io.containerd.cri.v1.runtime".cni]',
    'conf_dir = "/var/lib/cni/net.d"',
    "",
  ].join("\n");
}

/** The config of kubelet. Everything about pulling and its credentials is as it is by default. */
export function kubeletConfig(cgroup: string): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    // No port: whatever else runs on the machine has the usual ones.
    enableServer: false,
    healthzPort: 0,
    volumePluginDir: "/var/lib/kubelet/volume-plugins",
    cgroupRoot: `/${cgroup}`,
    cgroupDriver: "cgroupfs",
    // What the machine is need not be what a node should be.
    failCgroupV1: false,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    resolvConf: "",
  };
}
