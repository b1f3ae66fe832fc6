import { existsSync, mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../../builders/eventually.ts";

const MOUNT = "/sys/fs/cgroup";

/** Makes a cgroup of this name below the root, in every hierarchy where the machine still has more than one. */
export function makeCgroup(name: string): void {
  for (const hierarchy of hierarchies()) mkdirSync(join(hierarchy, name));
}

/** Removes the cgroup with all below it, as soon as its last process is gone. */
export async function removeCgroup(name: string): Promise<void> {
  for (const hierarchy of hierarchies()) {
    const cgroup = join(hierarchy, name);
    await eventually(`${cgroup} is empty`, () => {
      removeEmpty(cgroup);
      return !existsSync(cgroup) || undefined;
    });
  }
}

function hierarchies(): readonly string[] {
  if (existsSync(join(MOUNT, "cgroup.controllers"))) return [MOUNT];
  return childrenOf(MOUNT);
}

/** Only folders can be removed: the files in them are the kernel's. */
function removeEmpty(cgroup: string): void {
  try {
    for (const child of childrenOf(cgroup)) removeEmpty(child);
    rmdirSync(cgroup);
  } catch {
    // A process is still in it, or it went by itself.
  }
}

function childrenOf(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}
