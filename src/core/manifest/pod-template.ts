import { isJsonObject, type JsonObject } from "../json/json-object.ts";

/** Where a value is inside a document: the keys and indexes that lead to it. */
export type ValuePath = readonly (string | number)[];

/** A Pod, or a workload's Pod template, as the manifest has it. */
export type PodTemplate = {
  /** The kind and name of the object that holds it. */
  readonly kind: string;
  readonly name: string | null;
  readonly namespace: string | null;
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

const LIST = /^(.*)List$/;

/** Finds the Pod templates of a document: of the object that it is, or of each item of a list. */
export function findPodTemplates(document: unknown): readonly PodTemplate[] {
  return findIn(document, [], undefined);
}

/** The names in a list of pull secrets. */
export function presentNames(list: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  return items.flatMap((item) => (isJsonObject(item) && typeof item.name === "string" ? [item.name] : []));
}

type TypeMeta = { readonly apiVersion: unknown; readonly kind: unknown };

function findIn(value: unknown, path: ValuePath, inherited: TypeMeta | undefined): readonly PodTemplate[] {
  if (!isJsonObject(value)) return [];
  // An item of a typed list, such as a PodList, need not say what it is.
  const { apiVersion = inherited?.apiVersion, kind = inherited?.kind } = value;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return [];
  const [, itemKind] = LIST.exec(kind) ?? [];
  if (itemKind !== undefined && Array.isArray(value.items)) {
    const meta = itemKind === "" ? undefined : { apiVersion, kind: itemKind };
    return value.items.flatMap((item: unknown, index) => findIn(item, [...path, "items", index], meta));
  }
  const template = toTemplate(value, kind, groupOf(apiVersion), path);
  return template === null ? [] : [template];
}

function toTemplate(object: JsonObject, kind: string, group: string, path: ValuePath): PodTemplate | null {
  const kinds = Object.hasOwn(TEMPLATE_PATHS, group) ? TEMPLATE_PATHS[group] : undefined;
  const templatePath = kinds !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (templatePath === undefined) return null;
  const template = valueAt(object, templatePath);
  if (!isJsonObject(template) || !isJsonObject(template.spec)) return null;
  const metadata = isJsonObject(object.metadata) ? object.metadata : {};
  return {
    kind,
    name: textOrNull(metadata.name),
    namespace: textOrNull(metadata.namespace),
    metadata: template.metadata,
    spec: template.spec,
    specPath: [...path, ...templatePath, "spec"],
  };
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/", 1)[0] ?? "") : "";
}

function valueAt(value: unknown, path: ValuePath): unknown {
  return path.reduce<unknown>((inner, key) => (isJsonObject(inner) ? inner[key] : undefined), value);
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
