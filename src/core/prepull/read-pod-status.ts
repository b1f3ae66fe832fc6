import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import { type ContainerPull, judgeContainer } from "./judge-container.ts";

/** What a Pod of the DaemonSet tells. */
export type PodStatus = {
  readonly uid: string;
  /** The node that it is for, also before it is there. */
  readonly node: string;
  readonly pulls: ReadonlyMap<string, ContainerPull>;
  /** Why the Pod as a whole does not get on. */
  readonly problem: { readonly reason: string; readonly message: string };
};

/** Reads a Pod as the API server sends it. */
export function readPodStatus(pod: JsonObject): PodStatus {
  const { metadata, spec, status } = pod;
  const { uid } = objectOf(metadata);
  const { containerStatuses } = objectOf(status);
  const pulls = listOf(containerStatuses).map((container): [string, ContainerPull] => [
    textOf(container.name),
    judgeContainer(container),
  ]);
  return {
    uid: textOf(uid),
    node: nodeOf(objectOf(spec)),
    pulls: new Map(pulls),
    problem: problemOf(objectOf(status)),
  };
}

/** The DaemonSet controller binds each Pod to its node by an affinity; the scheduler fills in the name. */
function nodeOf({ nodeName, affinity }: JsonObject): string {
  if (typeof nodeName === "string" && nodeName !== "") return nodeName;
  const { nodeAffinity } = objectOf(affinity);
  const { requiredDuringSchedulingIgnoredDuringExecution: required } = objectOf(nodeAffinity);
  const [term] = listOf(objectOf(required).nodeSelectorTerms);
  const field = listOf(term?.matchFields).find(({ key }) => key === "metadata.name");
  return Array.isArray(field?.values) ? textOf(field.values[0]) : "";
}

function problemOf({ phase, reason, message, conditions }: JsonObject): PodStatus["problem"] {
  if (phase === "Failed") return { reason: textOf(reason) || "Failed", message: textOf(message) };
  const scheduled = listOf(conditions).find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "False") return { reason: "", message: "" };
  return { reason: textOf(scheduled.reason), message: textOf(scheduled.message) };
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
