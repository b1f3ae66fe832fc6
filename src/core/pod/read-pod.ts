import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import type { Pod } from "./pod.ts";

/** The Pod, or the path of the first field whose type no Kubernetes API server would have let through. */
export type ReadPod =
  | { readonly ok: true; readonly pod: Pod }
  | { readonly ok: false; readonly problem: string };

/** Checks the types of the fields that `Pod` names, below `path`; unknown fields are ignored. */
export function readPod(value: unknown, path: string): ReadPod {
  const problem = findProblem(value, path);
  return problem === null ? { ok: true, pod: value as Pod } : { ok: false, problem };
}

function findProblem(value: unknown, path: string): string | null {
  if (!isJsonObject(value)) return `${path} must be an object`;
  const { metadata, spec } = value;
  if (!isJsonObject(spec)) return `${path}.spec must be an object`;
  return (
    findMetadataProblem(metadata, `${path}.metadata`) ??
    findListProblem(spec.imagePullSecrets, `${path}.spec.imagePullSecrets`, checkPullSecret) ??
    findListProblem(spec.containers, `${path}.spec.containers`, checkContainer) ??
    findListProblem(spec.initContainers, `${path}.spec.initContainers`, checkContainer) ??
    findListProblem(spec.ephemeralContainers, `${path}.spec.ephemeralContainers`, checkContainer) ??
    findListProblem(spec.volumes, `${path}.spec.volumes`, checkVolume)
  );
}

function findMetadataProblem(metadata: unknown, path: string): string | null {
  if (metadata === undefined || metadata === null) return null;
  if (!isJsonObject(metadata)) return `${path} must be an object`;
  for (const field of ["labels", "annotations"]) {
    const map = metadata[field];
    if (map !== undefined && map !== null && !isJsonObject(map)) return `${path}.${field} must be an object`;
  }
  for (const field of ["name", "generateName"]) {
    if (!isOptionalString(metadata[field])) return `${path}.${field} must be a string`;
  }
  return null;
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
