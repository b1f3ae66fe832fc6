import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import { findObjects, type ManifestObject, nameOf, type ValuePath } from "./manifest-object.ts";
import { type PodTemplate, toPodTemplate } from "./pod-template.ts";
import { IMAGE_PULL_SECRETS, namesIn, type PullSecretField, toList } from "./pull-secret-field.ts";
import type { PullerProblem } from "./read-puller.ts";

/** What has pull secrets: a Pod, the template of one, or an object by which an operator pulls images ahead. */
export type ImagePuller = PodTemplate & {
  /** Where its spec has its pull secrets. */
  readonly field: PullSecretField;
  /** The spec of a Pod that pulls the same with the same: what is decided about. */
  readonly podSpec: JsonObject;
};

type OperatorKind = {
  readonly field: PullSecretField;
  readonly readImages: (spec: JsonObject) => ReadImages;
};

type ReadImages = readonly string[] | PullerProblem;

const PULL_SECRETS: PullSecretField = { key: "pullSecrets", items: "names" };

/**
 * The kinds that are no Pods, by their groups, whatever the version.
 * - OpenKruise: https://github.com/openkruise/kruise, apis/apps/v1beta1/imagepulljob_types.go, imagelistpulljob_types.go
 * - kube-fledged: https://github.com/senthilrch/kube-fledged, pkg/apis/kubefledged
 */
const OPERATOR_KINDS: Readonly<Record<string, Readonly<Record<string, OperatorKind>>>> = {
  "apps.kruise.io": {
    ImagePullJob: { field: PULL_SECRETS, readImages: ({ image }) => toImages([image], () => ["image"]) },
    ImageListPullJob: { field: PULL_SECRETS, readImages: ({ images }) => readList(images, ["images"]) },
  },
  "kubefledged.io": { ImageCache: { field: IMAGE_PULL_SECRETS, readImages: readCacheSpec } },
};

/** Everything in a document that has pull secrets. */
export function findImagePullers(document: unknown): readonly ImagePuller[] {
  return findObjects(document).flatMap((object) => {
    const template = toPodTemplate(object);
    return (template === null ? toOperatorPuller(object) : toTemplatePuller(template)) ?? [];
  });
}

function toTemplatePuller(template: PodTemplate): ImagePuller {
  return { ...template, field: IMAGE_PULL_SECRETS, podSpec: template.spec };
}

/** Null where it is no object of these operators, or has no spec at all. */
function toOperatorPuller({ object, kind, group, path }: ManifestObject): ImagePuller | null {
  const kinds = Object.hasOwn(OPERATOR_KINDS, group) ? OPERATOR_KINDS[group] : undefined;
  const known = kinds !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  const { spec, metadata } = object;
  if (known === undefined || isAbsent(spec)) return null;
  const { field, readImages } = known;
  const base = { ...nameOf(object, kind), metadata, specPath: [...path, "spec"], field };
  if (!isJsonObject(spec)) {
    return { ...base, spec: {}, podSpec: {}, problem: { path: ["spec"], message: "spec must be an object" } };
  }
  const read = readImages(spec);
  const images = "message" in read ? [] : read;
  const problem = "message" in read ? read : findListProblem(spec, field);
  return {
    ...base,
    spec,
    podSpec: {
      containers: images.map((image) => ({ image })),
      imagePullSecrets: toList(namesIn(spec, field), IMAGE_PULL_SECRETS),
    },
    problem: problem && { path: ["spec", ...problem.path], message: `spec${problem.message}` },
  };
}

function readCacheSpec({ cacheSpec }: JsonObject): ReadImages {
  if (isAbsent(cacheSpec)) return [];
  if (!Array.isArray(cacheSpec)) return mustBe(["cacheSpec"], "a list");
  const images: string[] = [];
  for (const [index, entry] of cacheSpec.entries()) {
    if (!isJsonObject(entry)) return mustBe(["cacheSpec", index], "an object");
    // From v1alpha3 on, an image is an object with a name.
    const { images: list } = entry;
    const named = Array.isArray(list) ? list.map((item) => (isJsonObject(item) ? item.name : item)) : list;
    const read = readList(named, ["cacheSpec", index, "images"]);
    if ("message" in read) return read;
    images.push(...read);
  }
  return images;
}

function readList(list: unknown, path: ValuePath): ReadImages {
  if (isAbsent(list)) return [];
  if (!Array.isArray(list)) return mustBe(path, "a list");
  return toImages(list, (index) => [...path, index]);
}

function toImages(values: readonly unknown[], pathOf: (index: number) => ValuePath): ReadImages {
  const bad = values.findIndex((value) => !isAbsent(value) && typeof value !== "string");
  if (bad !== -1) return mustBe(pathOf(bad), "a string");
  return values.filter((value) => typeof value === "string");
}

function findListProblem(spec: JsonObject, { key, items }: PullSecretField): PullerProblem | null {
  const list = spec[key];
  if (isAbsent(list)) return null;
  if (!Array.isArray(list)) return mustBe([key], "a list");
  const isItem = (item: unknown): boolean =>
    items === "names" ? typeof item === "string" : isJsonObject(item) && typeof item.name === "string";
  const bad = list.findIndex((item: unknown) => !isItem(item));
  if (bad === -1) return null;
  return mustBe([key, bad], items === "names" ? "a string" : "an object with a name");
}

function mustBe(path: ValuePath, what: string): PullerProblem {
  const place = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
  return { path, message: `${place} must be ${what}` };
}

// In Kubernetes' JSON a null stands for an absent field.
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
