import type { ImageReport, NodeProblem } from "../../core/prepull/pull-ledger.ts";
import { printable } from "../printable.ts";

/** What `prepull --wait -o json` prints, beside the method. */
export type PrepullReport = {
  readonly daemonSet: { readonly name: string; readonly namespace: string };
  /** How many nodes were to have the images. */
  readonly nodes: number;
  /** Whether the time was over before everything was known. */
  readonly isLate: boolean;
  /** The last one is what keeps the Pods running. */
  readonly images: readonly ImageReport[];
  readonly notes: readonly string[];
};

/** So many nodes are named; `-o json` names all. */
const NAMED_NODES = 3;

/** Whether every node has every image. */
export function isComplete({ nodes, images }: PrepullReport): boolean {
  return nodes > 0 && images.every((image) => hasAll(image, nodes));
}

/** The report for people: a line for each image, and one for each thing that went wrong with it. */
export function formatReport(report: PrepullReport): string {
  const { nodes, isLate, images, notes } = report;
  const asked = images.slice(0, -1);
  const shown = images.at(-1)?.problems.length === 0 ? asked : images;
  const lines = shown.flatMap(({ image, pulled, problems }) => [
    ...(pulled > 0 ? [toLine("Pulled", image, countNodes(pulled))] : []),
    ...groupProblems(problems).map((group) => toLine(group.result, image, describeGroup(group))),
  ]);
  const done = asked.filter((image) => hasAll(image, nodes)).length;
  const summary =
    nodes === 0
      ? `no node ${isLate ? "was counted in time" : "is selected"}`
      : `${done} of ${asked.length} images are on all of ${countNodes(nodes)}${isLate ? "; the time is over" : ""}`;
  return [
    ...lines,
    ...(lines.length > 0 ? [""] : []),
    summary,
    ...notes.map((note) => `note: ${printable(note)}`),
    "",
  ].join("\n");
}

function hasAll({ pulled, problems }: ImageReport, nodes: number): boolean {
  return problems.length === 0 && pulled >= nodes;
}

type ProblemGroup = Omit<NodeProblem, "node"> & { readonly nodes: string[] };

/** What is the same on many nodes is told once. */
function groupProblems(problems: readonly NodeProblem[]): readonly ProblemGroup[] {
  const groups = new Map<string, ProblemGroup>();
  for (const { node, ...problem } of problems) {
    const key = JSON.stringify(problem);
    const group = groups.get(key) ?? { ...problem, nodes: [] };
    group.nodes.push(node);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function describeGroup({ nodes, reason, message }: ProblemGroup): string {
  const named = nodes.slice(0, NAMED_NODES).join(", ");
  const more = nodes.length > NAMED_NODES ? ` and ${nodes.length - NAMED_NODES} more` : "";
  const why = [reason, message].filter((text) => text !== "").join(": ");
  return `${named}${more}${why === "" ? "" : `: ${why}`}`;
}

function toLine(result: string, image: string, detail: string): string {
  return printable(`${result.padEnd("Pending".length)}  ${image}  ${detail}`);
}

function countNodes(count: number): string {
  return count === 1 ? "1 node" : `${count} nodes`;
}
