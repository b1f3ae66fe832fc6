import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Test } from "tap";
import { residentMemory } from "../../../bench/lib/servers.ts";
import { type Ended, end } from "../../builders/cli.ts";
import { builtImage } from "./image.ts";

/** What a container is given. */
export type ContainerOptions = {
  /** Folders of this machine by where they are in the container. */
  readonly mounts?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * Does what a container runtime does, with util-linux and coreutils: a root that is read-only, whatever is mounted there,
 * and the image's user, without a privilege and without a way to any. The network stays this machine's.
 */
const RUNTIME = `
set -eu
unset NODE_OPTIONS # by which tap would load modules of its own
root=$1 user=$2
shift 2
mount --bind "$root" "$root"
while [ "$1" != -- ]; do
  mkdir -p "$root$2"
  mount --rbind "$1" "$root$2"
  shift 2
done
shift
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs /usr/sbin/chroot --userspec="$user" --groups= "$root" "$@"
`;

function start(
  args: readonly string[],
  { mounts = {}, env = {} }: ContainerOptions,
): ChildProcessWithoutNullStreams {
  const { rootFolder, config } = builtImage();
  const all = Object.entries({ "/proc": "/proc", "/dev": "/dev", ...mounts });
  return spawn(
    "unshare",
    [
      ...["--mount", "sh", "-c", RUNTIME, "sh", rootFolder, config.User],
      ...all.flatMap(([target, source]) => [source, target]),
      "--",
      ...config.Entrypoint,
      ...(args.length > 0 ? args : config.Cmd),
    ],
    { env: { ...Object.fromEntries(config.Env.map((pair) => pair.split(/=(.*)/s, 2))), ...env } },
  );
}

/** Runs the image with these arguments until it ends. */
export async function runContainer(
  args: readonly string[],
  options: ContainerOptions = {},
  input = "",
): Promise<Ended> {
  return end(start(args, options), input);
}

/** A webhook in a container. */
export type RunningServer = {
  readonly url: string;
  readonly metricsUrl: string;
  /** Resident memory in MiB. */
  memory(): number;
  stop(): Promise<number | null>;
};

/** Starts `serve` with these arguments on free ports and waits until it is ready; it ends with the test. */
export async function serveInContainer(
  t: Test,
  args: readonly string[],
  options: ContainerOptions,
): Promise<RunningServer> {
  const addresses = ["--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--drain-delay", "0"];
  const child = start(["serve", ...args, ...addresses, "-o", "json"], options);
  t.teardown(() => child.kill("SIGKILL"));
  const exited = once(child, "exit");
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    log += chunk;
  });
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), exited]);
  if (typeof line !== "string") throw new Error(`the container ended: ${log}`);
  const { url, metricsUrl } = JSON.parse(line) as { url: string; metricsUrl: string };
  return {
    url,
    metricsUrl,
    memory: () => residentMemory(child.pid ?? 0),
    async stop() {
      child.kill("SIGTERM");
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}
