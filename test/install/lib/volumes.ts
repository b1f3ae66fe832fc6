import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { AdminClient } from "../../cluster/lib/admin-client.ts";

/** What of a Pod its volumes depend on. */
// biome-ignore lint/suspicious/noExplicitAny: an object of the Kubernetes API, as it comes
export type PodObject = any;

type Files = Readonly<Record<string, string>>;

/**
 * Brings the volumes of a Pod below a folder to what the API server says, and returns their folders by name. A change is made
 * as kubelet makes it: all files at once, by a symbolic link that is replaced.
 * (https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/util/atomic_writer.go)
 */
export async function syncVolumes(
  admin: AdminClient,
  pod: PodObject,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, string>();
  for (const volume of pod.spec.volumes ?? []) {
    const path = join(folder, volume.name);
    mkdirSync(path, { recursive: true });
    chmodSync(path, volume.emptyDir === undefined ? 0o755 : 0o777);
    folders.set(volume.name, path);
    if (volume.emptyDir === undefined) writeFiles(path, await readSources(admin, pod, volume, path));
  }
  return folders;
}

async function readSources(
  admin: AdminClient,
  pod: PodObject,
  // biome-ignore lint/suspicious/noExplicitAny: an object of the Kubernetes API, as it comes
  volume: any,
  path: string,
): Promise<Files> {
  const { namespace } = pod.metadata;
  const files: Record<string, string> = {};
  for (const source of volume.projected?.sources ?? [volume]) {
    const { configMap, secret, serviceAccountToken, downwardAPI } = source;
    if (configMap !== undefined) {
      const { data } = await read(admin, `/api/v1/namespaces/${namespace}/configmaps/${configMap.name}`);
      Object.assign(files, data);
    } else if (secret !== undefined) {
      const name = secret.secretName ?? secret.name;
      const { data } = await read(admin, `/api/v1/namespaces/${namespace}/secrets/${name}`);
      for (const [key, value] of Object.entries(data))
        files[key] = Buffer.from(String(value), "base64").toString();
    } else if (serviceAccountToken !== undefined) {
      files[serviceAccountToken.path] = await keepToken(admin, pod, join(path, serviceAccountToken.path));
    } else if (downwardAPI !== undefined) {
      files.namespace = namespace;
    } else throw new Error(`this worker has no such volume: ${JSON.stringify(source)}`);
  }
  return files;
}

// biome-ignore lint/suspicious/noExplicitAny: an object of the Kubernetes API, as it comes
async function read(admin: AdminClient, path: string): Promise<any> {
  const { status, body } = await admin.get(path);
  if (status !== 200) throw new Error(`could not mount ${path}: ${status}`);
  return body;
}

/** The token that is mounted already; a new one at the beginning. */
async function keepToken(admin: AdminClient, pod: PodObject, file: string): Promise<string> {
  try {
    return readFileSync(file, "utf8");
  } catch {
    const { namespace, name, uid } = pod.metadata;
    const account = `/api/v1/namespaces/${namespace}/serviceaccounts/${pod.spec.serviceAccountName}/token`;
    const boundObjectRef = { apiVersion: "v1", kind: "Pod", name, uid };
    const { body } = await admin.create(account, {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { boundObjectRef },
    });
    return body.status.token;
  }
}

function writeFiles(path: string, files: Files): void {
  const link = join(path, "..data");
  const before = currentFolder(link);
  const isSame =
    before !== undefined &&
    Object.entries(files).every(([name, content]) => readOrUndefined(join(path, before, name)) === content);
  if (isSame) return;
  const next = mkdtempSync(join(path, "..version-"));
  chmodSync(next, 0o755);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(next, name), content);
    if (readOrUndefined(join(path, name)) === undefined) replaceLink(join("..data", name), join(path, name));
  }
  replaceLink(next.slice(path.length + 1), link);
  if (before !== undefined) rmSync(join(path, before), { recursive: true });
}

function currentFolder(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

function readOrUndefined(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function replaceLink(target: string, link: string): void {
  rmSync(`${link}.next`, { force: true });
  symlinkSync(target, `${link}.next`);
  renameSync(`${link}.next`, link);
}
