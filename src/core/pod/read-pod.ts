import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import type { Pod } from "./pod.ts";

/** The Pod, or the path of the first field whose type no Kubernetes API server would have let through. */
export type ReadPod =
  | { readonly ok: true; readonly pod: Pod }
  | { readonly ok: false; readonly problem: string };

/** Checks the types of the fields that `Pod` names, below `path`; unknown fields are ignored. */
export function readPod(value: unknown, path: string): ReadPod {
  const problem = findProblem(value);
  return problem === null ? { ok: true, pod: value as Pod } : { ok: false, problem: `${path}${problem}` };
}

// Problems begin with the rest of the path, so that no path is put together for the Pods without one.
function findProblem(value: unknown): string | null {
  if (!isJsonObject(value)) return " must be an object";
  const { metadata, spec } = value;
  if (!isJsonObject(spec)) return ".spec must be an object";
  if (!isOptionalString(spec.serviceAccountName)) return ".spec.serviceAccountName must be a string";
  return (
    findMetadataProblem(metadata) ??
    findListProblem(spec.imagePullSecrets, ".spec.imagePullSecrets", checkPullSecret) ??
    findListProblem(spec.containers, ".spec.containers", checkContainer) ??
    findListProblem(spec.initContainers, ".spec.initContainers", checkContainer) ??
    findListProblem(spec.ephemeralContainers, ".spec.ephemeralContainers", checkContainer) ??
    findListProblem(spec.volumes, ".spec.volumes", checkVolume)
  );
}

function findMetadataProblem(metadata: unknown): string | null {
  if (metadata === undefined || metadata === null) return null;
  if (!isJsonObject(metadata)) return ".metadata must be an object";
  const { labels, annotations, name, generateName } = metadata;
  if (!isOptionalObject(labels)) return ".metadata.labels must be an object";
  if (!isOptionalObject(annotations)) return ".metadata.annotations must be an object";
  if (!isOptionalString(name)) return ".metadata.name must be a string";
  return isOptionalString(generateName) ? null : ".metadata.generateName must be a string";
}

function findListProblem(
  list: unknown,
  path: string,
  check: (item: JsonObject) => string | null,
): string | null {
  if (list === undefined || list === null) return null;
  if (!Array.isArray(list)) return `${path} must be a list`;
  for (let index = 0; index < list.length; index++) {
    const item: unknown = list[index];
    if (!isJsonObject(item)) return `${path}[${index}] must be an object`;
    const problem = check(item);
    if (problem !== null) return `${path}[${index}]${problem}`;
  }
  return null;
}

function checkPullSecret(item: JsonObject): string | null {
  return isOptionalString(item.name) ? null : ".name must be a string";
}

function checkContainer(item: JsonObject): string | null {
  return isOptionalString(item.image) ? null : ".image must be a string";
}

function checkVolume(item: JsonObject): string | null {
  const { image } = item;
  if (image === undefined || image === null) return null;
  if (!isJsonObject(image)) return ".image must be an object";
  return isOptionalString(image.reference) ? null : ".image.reference must be a string";
}

// In Kubernetes' JSON a null stands for an absent field.
function isOptionalString(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "string";
}

function isOptionalObject(value: unknown): boolean {
  return value === undefined || value === null || isJsonObject(value);
}
