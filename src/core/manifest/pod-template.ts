import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import {
  findObjects,
  type ManifestObject,
  nameOf,
  type ObjectName,
  type ValuePath,
} from "./manifest-object.ts";
import type { PullerProblem } from "./read-puller.ts";

/** A Pod, or a workload's Pod template, as the manifest has it. */
export type PodTemplate = ObjectName & {
  /** The Pod's, or the template's, with aliases and merge keys resolved. */
  readonly metadata: unknown;
  readonly spec: JsonObject;
  /** Where the spec is in the document, or what should lead to it and is no object. */
  readonly specPath: ValuePath;
  /** Why nothing can be read of it; what stands in its spec is read by `readPuller`. */
  readonly problem: PullerProblem | null;
};

/** Where kinds have their Pod template; the groups of old versions included. */
const TEMPLATE_PATHS: Readonly<Record<string, Readonly<Record<string, ValuePath>>>> = {
  "": { Pod: [], ReplicationController: ["spec", "template"], PodTemplate: ["template"] },
  apps: {
    Deployment: ["spec", "template"],
    StatefulSet: ["spec", "template"],
    DaemonSet: ["spec", "template"],
    ReplicaSet: ["spec", "template"],
  },
  batch: { Job: ["spec", "template"], CronJob: ["spec", "jobTemplate", "spec", "template"] },
  extensions: {
    Deployment: ["spec", "template"],
    DaemonSet: ["spec", "template"],
    ReplicaSet: ["spec", "template"],
  },
};

/** Finds the Pod templates of a document: of the object that it is, or of each item of a list. */
export function findPodTemplates(document: unknown): readonly PodTemplate[] {
  return findObjects(document).flatMap((object) => toPodTemplate(object) ?? []);
}

/**
 * The Pod template of an object; null where it has none. A part of a workload, as patches are written, has none; a Pod
 * without a spec is one that cannot be read.
 */
export function toPodTemplate({ object, kind, group, path }: ManifestObject): PodTemplate | null {
  const kinds = Object.hasOwn(TEMPLATE_PATHS, group) ? TEMPLATE_PATHS[group] : undefined;
  const templatePath = kinds !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (templatePath === undefined) return null;
  const base = nameOf(object, kind);
  let template: JsonObject = object;
  let spec: JsonObject = object;
  for (const [depth, key] of [...templatePath, "spec"].entries()) {
    const value = spec[key];
    const isLeftOut = value === undefined || value === null;
    if (isLeftOut && templatePath.length > 0) return null;
    const specPath = [...path, ...templatePath.slice(0, depth), key];
    if (!isJsonObject(value)) {
      const what = depth === templatePath.length ? "Pod.spec" : specPath.slice(path.length).join(".");
      const problem = { path: [key], message: `${what} must be an object` };
      return { ...base, metadata: undefined, spec: {}, specPath, problem };
    }
    template = spec;
    spec = value;
  }
  const specPath = [...path, ...templatePath, "spec"];
  return { ...base, metadata: template.metadata, spec, specPath, problem: null };
}

/** The names in a list of pull secrets. */
export function presentNames(list: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  return items.flatMap((item) => (isJsonObject(item) && typeof item.name === "string" ? [item.name] : []));
}
