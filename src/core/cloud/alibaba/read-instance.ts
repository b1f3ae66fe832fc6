import { isJsonObject, type JsonObject } from "../../json/json-object.ts";

/** A host, perhaps with a port: nothing else may become a key of a docker config. */
const HOST = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:\d{1,5})?$/i;

/** The hosts of an instance, of the public, the private and its own domains, as ListInstanceEndpoint tells them. */
export function readDomains({ Endpoints }: JsonObject): readonly string[] {
  const domains = toObjects(Endpoints)
    .filter(({ Enable }) => Enable !== false)
    .flatMap(({ Domains }) => toObjects(Domains).map(({ Domain }) => Domain));
  return [
    ...new Set(domains.filter((domain) => typeof domain === "string" && HOST.test(domain))),
  ] as string[];
}

/** The ID of the instance with exactly this name, as ListInstance tells it. */
export function findInstanceId({ Instances }: JsonObject, name: string): string | undefined {
  const found = toObjects(Instances).find(({ InstanceName }) => InstanceName === name)?.InstanceId;
  return typeof found === "string" ? found : undefined;
}

function toObjects(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
