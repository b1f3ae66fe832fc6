import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import {
  findObjects,
  type ManifestObject,
  nameOf,
  type ObjectName,
  type ValuePath,
} from "./manifest-object.ts";

/** A Pod, or a workload's Pod template, as the manifest has it. */
export type PodTemplate = ObjectName & {
  /** The Pod's, or the template's, with aliases and merge keys resolved. */
  readonly metadata: unknown;
  readonly spec: JsonObject;
  readonly specPath: ValuePath;
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

/** The Pod template of an object; null where it has none. */
export function toPodTemplate({ object, kind, group, path }: ManifestObject): PodTemplate | null {
  const kinds = Object.hasOwn(TEMPLATE_PATHS, group) ? TEMPLATE_PATHS[group] : undefined;
  const templatePath = kinds !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (templatePath === undefined) return null;
  const template = valueAt(object, templatePath);
  if (!isJsonObject(template) || !isJsonObject(template.spec)) return null;
  return {
    ...nameOf(object, kind),
    metadata: template.metadata,
    spec: template.spec,
    specPath: [...path, ...templatePath, "spec"],
  };
}

/** The names in a list of pull secrets. */
export function presentNames(list: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  return items.flatMap((item) => (isJsonObject(item) && typeof item.name === "string" ? [item.name] : []));
}

function valueAt(value: unknown, path: ValuePath): unknown {
  return path.reduce<unknown>((inner, key) => (isJsonObject(inner) ? inner[key] : undefined), value);
}
