import { join } from "node:path";
import { runProgram } from "./program.ts";

const BUSYBOX = "/bin/busybox";

/** Makes an image of one static program that runs a shell line, in a new OCI layout, and returns its place for skopeo. */
export function makeImage(folder: string, name: string, line: string): string {
  const layout = join(folder, name);
  const image = `${layout}:latest`;
  runProgram("umoci", ["init", "--layout", layout]);
  runProgram("umoci", ["new", "--image", image]);
  runProgram("umoci", ["insert", "--image", image, BUSYBOX, BUSYBOX]);
  const entrypoint = [BUSYBOX, "sh", "-c", line].flatMap((word) => ["--config.entrypoint", word]);
  runProgram("umoci", ["config", "--image", image, ...entrypoint]);
  return `oci:${image}`;
}
