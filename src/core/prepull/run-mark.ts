import { PREPULL_LABEL, type PrepullDaemonSet } from "./daemon-set.ts";

/** One call of `prepull --wait`. */
export type PrepullRun = {
  readonly id: string;
  /** When it stops waiting, in milliseconds since the epoch. */
  readonly end: number;
};

/** Whose a DaemonSet is that stands already. */
export type Holder =
  | { readonly kind: "Foreign" }
  /** Somebody has applied what was printed. */
  | { readonly kind: "ByHand" }
  /** A run, which may be waiting for it until its end. */
  | { readonly kind: "Run"; readonly end: number };

const RUN_ANNOTATION = "pullcred.dev/prepull-run";
const END_ANNOTATION = "pullcred.dev/prepull-end";

type Marked = {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
};

/** Says in a DaemonSet which run it is of, and until when. */
export function markRun({ metadata, ...rest }: PrepullDaemonSet, { id, end }: PrepullRun): PrepullDaemonSet {
  const annotations = { [RUN_ANNOTATION]: id, [END_ANNOTATION]: new Date(end).toISOString() };
  return { ...rest, metadata: { ...metadata, annotations } };
}

/** Whether this very run has made it. */
export function isOfRun({ annotations }: Marked, { id }: PrepullRun): boolean {
  return annotations?.[RUN_ANNOTATION] === id;
}

/** Tells whose the DaemonSet of this name is. */
export function findHolder({ labels, annotations }: Marked, name: string): Holder {
  if (labels?.[PREPULL_LABEL] !== name) return { kind: "Foreign" };
  const end = Date.parse(annotations?.[END_ANNOTATION] ?? "");
  return Number.isNaN(end) ? { kind: "ByHand" } : { kind: "Run", end };
}
