import { execFileSync } from "node:child_process";

/** Runs a program to its end and returns what it prints; throws with its own message where it fails. */
export function runProgram(program: string, args: readonly string[], input = ""): string {
  return execFileSync(program, args, { encoding: "utf8", input, stdio: ["pipe", "pipe", "pipe"] });
}
