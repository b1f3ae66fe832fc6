import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PodPlace } from "./network.ts";
import type { PodObject } from "./volumes.ts";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
const MAIN = join(PROJECT, "src", "main.ts");
/** The image's USER. */
const IMAGE_USER = 65532;
const SYSTEM = ["/usr", "/lib", "/lib64", "/bin", "/sbin", "/dev"];

/**
 * A root file system with nothing in it but the system's programs, the project, and the volumes; read-only where the
 * container asks for it. $1 is the folder for it, $2 and $3 are words: what is mounted as it is, and SOURCE:TARGET volumes.
 */
const SCRIPT = `set -eu
root=$1 same=$2 volumes=$3 mode=$4; shift 4
mount -t tmpfs tmpfs "$root"
for path in $same; do
  if [ -e "$path" ]; then mkdir -p "$root$path"; mount --rbind "$path" "$root$path"; fi
done
mkdir -p "$root/proc"; mount --rbind /proc "$root/proc"
for volume in $volumes; do
  target=$root\${volume#*:}
  mkdir -p "$target"; mount --bind "\${volume%%:*}" "$target"
done
mount -o "remount,$mode" "$root"
exec chroot "$root" "$@"`;

export type ContainerOptions = {
  readonly pod: PodObject;
  readonly place: PodPlace;
  /** A folder of the container's own. */
  readonly folder: string;
  readonly volumes: ReadonlyMap<string, string>;
  /** Where the API server is. */
  readonly apiServer: { readonly host: string; readonly port: number };
  readonly logFile: string;
};

/**
 * Starts the Pod's one container as its spec says: arguments, environment, volumes, user, capabilities, root file system and
 * network. In the place of the image are the project's sources.
 */
export function startContainer(options: ContainerOptions): ChildProcess {
  const { pod, place, folder, volumes, apiServer, logFile } = options;
  const [container] = pod.spec.containers;
  const { runAsUser, runAsGroup, readOnlyRootFilesystem, capabilities } = container.securityContext;
  const user = runAsUser ?? pod.spec.securityContext?.runAsUser ?? IMAGE_USER;
  const group = runAsGroup ?? pod.spec.securityContext?.runAsGroup ?? user;
  if (capabilities?.drop?.join() !== "ALL") throw new Error("the container keeps capabilities");
  mkdirSync(folder, { recursive: true });
  const mounts = (container.volumeMounts ?? []).map(
    // biome-ignore lint/suspicious/noExplicitAny: an object of the Kubernetes API, as it comes
    ({ name, mountPath }: any) => `${volumes.get(name)}:${mountPath}`,
  );
  const child = spawn(
    "ip",
    [
      ...["netns", "exec", place.name, "unshare", "--mount", "sh", "-c", SCRIPT, "sh", folder],
      ...[[...SYSTEM, PROJECT].join(" "), mounts.join(" "), readOnlyRootFilesystem ? "ro" : "rw"],
      ...["setpriv", "--reuid", String(user), "--regid", String(group), "--clear-groups"],
      ...["--no-new-privs", "--bounding-set", "-all", "--inh-caps", "-all"],
      ...[process.execPath, MAIN, ...container.args],
    ],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        HOSTNAME: pod.metadata.name,
        KUBERNETES_SERVICE_HOST: apiServer.host,
        KUBERNETES_SERVICE_PORT: String(apiServer.port),
        ...Object.fromEntries(
          (container.env ?? []).map((entry: PodObject) => [entry.name, readValue(entry, pod)]),
        ),
      },
    },
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => appendFileSync(logFile, chunk));
  }
  return child;
}

function readValue({ value, valueFrom }: PodObject, pod: PodObject): string {
  if (value !== undefined) return value;
  const path: string = valueFrom.fieldRef.fieldPath;
  return path.split(".").reduce((object, key) => object[key], pod);
}
