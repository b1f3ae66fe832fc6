import type { Pod } from "../pod/pod.ts";
import { readPod } from "../pod/read-pod.ts";
import type { ObjectName, ValuePath } from "./manifest-object.ts";

/** What is wrong, and where below what has pull secrets: a path that starts with `metadata` or `spec`. */
export type PullerProblem = { readonly path: ValuePath; readonly message: string };

/** What pulls, as the Pod that would pull the same, or why it cannot be read. */
export type ReadPuller =
  | { readonly ok: true; readonly pod: Pod }
  | { readonly ok: false; readonly problem: PullerProblem };

/** Something that has pull secrets, as a manifest has it. */
type Puller = {
  readonly metadata: unknown;
  readonly podSpec: unknown;
  readonly problem: PullerProblem | null;
};

/** Reads what has pull secrets; every command refuses the same. */
export function readPuller({ metadata, podSpec, problem }: Puller): ReadPuller {
  if (problem !== null) return { ok: false, problem };
  const read = readPod({ metadata, spec: podSpec }, "Pod");
  return read.ok ? read : { ok: false, problem: toPullerProblem(read.problem) };
}

/** A problem of `readPod`, such as "Pod.spec.containers[0].image must be a string", with its path. */
export function toPullerProblem(message: string): PullerProblem {
  const [text = ""] = message.split(" ", 1);
  const path = [...text.matchAll(/\.(\w+)|\[(\d+)\]/g)].map(([, key, index]) => key ?? Number(index));
  return { path, message };
}

/** The problem as a sentence that says of what it is. */
export function describeUnread(
  { kind, name }: Pick<ObjectName, "kind" | "name">,
  { message }: PullerProblem,
): string {
  return `could not read ${name === null ? kind : `${kind} ${name}`}: ${message}`;
}

/** The same behind the place where it stands, as `place` tells it. */
export function tellUnread(
  puller: ObjectName & { readonly specPath: ValuePath },
  problem: PullerProblem,
  place: (path: ValuePath) => string,
): string {
  return `${place([...puller.specPath.slice(0, -1), ...problem.path])}: ${describeUnread(puller, problem)}`;
}
