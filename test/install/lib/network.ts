import { execFileSync } from "node:child_process";

/** A network of this machine in which every Pod has a namespace and an address of its own. */
export type PodNetwork = {
  /** The machine's own address in it, where Pods find the API server. */
  readonly gateway: string;
  /** Makes a network namespace and returns its name and address. */
  add(): PodPlace;
  remove(place: PodPlace): void;
  stop(): void;
};

export type PodPlace = { readonly name: string; readonly address: string };

/** Makes the network, as root, by iproute2. It ends with `stop`; what a run that was killed left over is taken away first. */
export function createPodNetwork(): PodNetwork {
  const bridge = "pullcred0";
  const prefix = "10.98.76";
  const places = new Set<PodPlace>();
  let last = 1;
  clear();
  ip("link", "add", bridge, "type", "bridge");
  ip("address", "add", `${prefix}.1/24`, "dev", bridge);
  ip("link", "set", bridge, "up");

  function clear(): void {
    const left = ip("netns", "list").match(/^pullcred-\d+/gm) ?? [];
    for (const name of left) ip("netns", "delete", name);
    if (ip("-o", "link", "show", "type", "bridge").includes(bridge)) ip("link", "delete", bridge);
  }

  function remove(place: PodPlace): void {
    if (places.delete(place)) ip("netns", "delete", place.name);
  }

  return {
    gateway: `${prefix}.1`,
    add() {
      last += 1;
      // The kernel takes a cable away some time after its namespace: a name is not used twice.
      const cable = `pc${process.pid}-${last}`;
      const [name, address] = [`pullcred-${last}`, `${prefix}.${last}`];
      const place = { name, address };
      ip("netns", "add", name);
      places.add(place);
      ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name);
      ip("link", "set", cable, "master", bridge, "up");
      ip("-n", name, "address", "add", `${address}/24`, "dev", "eth0");
      ip("-n", name, "link", "set", "eth0", "up");
      ip("-n", name, "link", "set", "lo", "up");
      ip("-n", name, "route", "add", "default", "via", `${prefix}.1`);
      return place;
    },
    remove,
    stop() {
      for (const place of places) remove(place);
      clear();
    },
  };
}

function ip(...args: readonly string[]): string {
  return execFileSync("ip", args, { encoding: "utf8" });
}
