import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { type PlacedObject, readObjects } from "../core/audit/read-objects.ts";
import { PullcredError } from "../core/error.ts";
import { readInput } from "./read-input.ts";

/** An object of a manifest, and the file that it is in. */
export type FileObject = PlacedObject & { readonly file: string };

const EXTENSIONS = new Set([".yaml", ".yml", ".json"]);

/** Reads the objects of files, of folders with all below them, and of standard input for `-`. */
export async function readManifestFiles(paths: readonly string[]): Promise<readonly FileObject[]> {
  const objects: FileObject[] = [];
  const problems: string[] = [];
  for (const path of paths) {
    for (const file of await findFiles(path)) {
      const name = file === "-" ? "standard input" : file;
      const read = readObjects(await readInput(file), name);
      if (read.ok) for (const placed of read.objects) objects.push({ file: name, ...placed });
      else
        problems.push(
          ...read.problems.map(({ line, column, message }) => `${name}:${line}:${column}: ${message}`),
        );
    }
  }
  if (problems.length > 0) throw unusable(problems);
  return objects;
}

/** The error for manifests that cannot be used. */
export function unusable(problems: readonly string[]): PullcredError {
  return new PullcredError("ManifestInvalid", `could not read the manifests:\n${problems.join("\n")}`);
}

async function findFiles(path: string): Promise<readonly string[]> {
  const isFolder = path !== "-" && (await stat(path).catch(() => null))?.isDirectory();
  if (!isFolder) return [path]; // what is not there is told by whoever reads it
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && EXTENSIONS.has(extname(entry.name)))
    .map(({ parentPath, name }) => join(parentPath, name));
  if (files.length > 0) return files.sort();
  throw new PullcredError(
    "FileUnreadable",
    `could not read ${path}: the folder has no file that ends in .yaml, .yml or .json`,
  );
}
