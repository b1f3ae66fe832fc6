import { PullcredError } from "../error.ts";

/** A kubeconfig that is of no use. The problem names a place of it and the remedy, and no value that it holds. */
export function kubeconfigError(file: string, problem: string): PullcredError {
  return new PullcredError("ClusterUnreachable", `could not read kubeconfig ${file}: ${problem}`);
}

const LONGEST_NAME = 100;

/** A name of a kubeconfig as a message has it: in quotes, and nothing in it that steers a terminal. */
export function quoteName(name: string): string {
  const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  return JSON.stringify(short.replace(/\p{C}/gu, "?"));
}
