import { readFileSync, writeFileSync } from "node:fs";

/** A file of this repository that is made from others. */
export type GeneratedFile = {
  /** Relative to the repository's root. */
  readonly path: string;
  render(): string;
};

/** Writes the file, and says whether that changed it. */
export function writeGenerated(file: GeneratedFile): boolean {
  if (isCurrent(file)) return false;
  writeFileSync(file.path, file.render());
  return true;
}

/** Whether the file is what it would be if it were generated now. */
export function isCurrent(file: GeneratedFile): boolean {
  return readText(file.path) === file.render();
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null; // it is not there yet
  }
}
