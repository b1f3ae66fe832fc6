import { parseDocument } from "yaml";
import { isJsonObject, type JsonObject } from "../../core/json/json-object.ts";
import { bareNamespace, type Namespace } from "../../core/namespace/namespace.ts";
import type { Secret } from "../../core/secret/secret.ts";

/** A manifest below the data directory cannot be used; the message names the field, never a value. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
}

/** Reads `namespaces/<name>.yaml`. */
export function readNamespace(text: string, name: string): Namespace {
  const { metadata, status } = readManifest(text, "Namespace", name);
  const bare = bareNamespace(name);
  return {
    name,
    labels: { ...readStrings(metadata.labels, "metadata.labels"), ...bare.labels },
    annotations: readStrings(metadata.annotations, "metadata.annotations"),
    terminating:
      metadata.deletionTimestamp !== undefined || (isJsonObject(status) && status.phase === "Terminating"),
  };
}

/** Reads `secrets/<namespace>/<name>.yaml`; `stringData` is merged into `data`, as the API server does. */
export function readSecret(text: string, namespace: string, name: string): Secret {
  const { metadata, ...manifest } = readManifest(text, "Secret", name);
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
    throw new ManifestError(`metadata.namespace must be ${namespace}, like the folder`);
  }
  const { type } = manifest;
  if (type !== undefined && typeof type !== "string") throw new ManifestError("type must be a string");
  const plain = Object.entries(readStrings(manifest.stringData, "stringData"));
  const encoded = plain.map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace,
      labels: readStrings(metadata.labels, "metadata.labels"),
      annotations: readStrings(metadata.annotations, "metadata.annotations"),
    },
    type: type ?? "Opaque",
    data: { ...readStrings(manifest.data, "data"), ...Object.fromEntries(encoded) },
  };
}

function readManifest(text: string, kind: string, name: string): JsonObject & { metadata: JsonObject } {
  const document = parseDocument(text, { logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined) {
    const [position] = error.linePos ?? [];
    throw new ManifestError(`not YAML at line ${position?.line ?? 1}, column ${position?.col ?? 1}`);
  }
  const manifest: unknown = document.toJS({ maxAliasCount: 100 });
  if (!isJsonObject(manifest)) throw new ManifestError("must hold one object");
  const { metadata } = manifest;
  if (manifest.apiVersion !== "v1") throw new ManifestError("apiVersion must be v1");
  if (manifest.kind !== kind) throw new ManifestError(`kind must be ${kind}`);
  if (!isJsonObject(metadata)) throw new ManifestError("metadata must be an object");
  if (metadata.name !== name) throw new ManifestError(`metadata.name must be ${name}, like the file`);
  return { ...manifest, metadata };
}

function readStrings(value: unknown, path: string): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) throw new ManifestError(`${path} must be an object`);
  for (const [key, item] of Object.entries(value)) {
    if (typeof item !== "string") throw new ManifestError(`${path}["${key}"] must be a string`);
  }
  return value as Readonly<Record<string, string>>;
}
