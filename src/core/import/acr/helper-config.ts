import type { Path } from "../../config/problem.ts";
import { isJsonObject, type JsonObject } from "../../json/json-object.ts";
import { createFieldReader, type FieldReader, placeBelow } from "../field-reader.ts";
import type { ImportNote } from "../found.ts";
import type { InputDocument } from "../input-document.ts";
import { readRegistryInfo } from "./registry-info-text.ts";

/** What acr-credential-helper is to do, in the words of neither of its editions. */
export type HelperConfig = {
  readonly place: string;
  /** The keys beside the instances. */
  readonly settings: FieldReader;
  readonly names: SettingNames;
  readonly instances: readonly HelperInstance[];
  readonly usesRrsa: boolean;
};

/** One instance of Container Registry, and where it stands. */
export type HelperInstance = { readonly value: JsonObject; readonly path: Path };

/** How an edition calls its settings. */
export type SettingNames = Readonly<
  Record<"namespaces" | "serviceAccounts" | "threshold" | "email" | "apiVersion" | "webhook", string>
>;

const SELF_MANAGED: SettingNames = {
  namespaces: "watch-namespace",
  serviceAccounts: "service-account",
  threshold: "expiring-threshold",
  email: "notify-email",
  apiVersion: "acr-api-version",
  webhook: "webhook-configuration",
};
const MANAGED: SettingNames = {
  namespaces: "watchNamespace",
  serviceAccounts: "serviceAccount",
  threshold: "expiringThreshold",
  email: "notifyEmail",
  apiVersion: "acrApiVersion",
  webhook: "webhookConfiguration",
};

/** Reads the ConfigMap acr-configuration of the self-managed edition; null where its instances cannot be read. */
export function readConfigMap({ value, place }: InputDocument, notes: ImportNote[]): HelperConfig | null {
  if (!isJsonObject(value.data)) {
    notes.push({ path: `${place}: data`, message: "must be an object: nothing was made of it" });
    return null;
  }
  const settings = createFieldReader(value.data, place, ["data"], notes);
  settings.noteUnknown([...Object.values(SELF_MANAGED), "acr-registry-info", "rrsa"]);
  const instances = readRegistryInfo(
    value.data["acr-registry-info"],
    placeBelow(place, ["data", "acr-registry-info"]),
    notes,
  );
  if (instances === null) return null;
  return {
    place,
    settings,
    names: SELF_MANAGED,
    instances: orOwnRegion(
      instances.map((one, index) => ({ value: one, path: ["data", "acr-registry-info", index] })),
      ["data", "acr-registry-info"],
    ),
    usesRrsa: /^\s*enable:\s*["']?(?:true|yes|on)\b/im.test(settings.text("rrsa") ?? ""),
  };
}

/** Reads the parameters that the managed edition is installed with. */
export function readParameters({ value, place }: InputDocument, notes: ImportNote[]): HelperConfig | null {
  const [key = ""] = Object.keys(value).filter((name) => /^acrInstanceInfo$/i.test(name));
  const list = value[key];
  if (!Array.isArray(list) || !list.every(isJsonObject)) {
    notes.push({ path: `${place}: ${key}`, message: "must be a list of instances: nothing was made of it" });
    return null;
  }
  const instances = list.map((item, index) => ({ value: startLowerCase(item), path: [key, index] }));
  const settings = createFieldReader(value, place, [], notes);
  const rrsa = Object.keys(value).filter((name) => /^enable ?rrsa$/i.test(name));
  settings.noteUnknown([...Object.values(MANAGED), key, ...rrsa]);
  return {
    place,
    settings,
    names: MANAGED,
    instances: orOwnRegion(instances, [key]),
    usesRrsa: rrsa.some((name) => value[name] === true || value[name] === "true"),
  };
}

/** Without instances the helper serves the Personal Edition of the cluster's own region. */
function orOwnRegion(instances: readonly HelperInstance[], path: Path): readonly HelperInstance[] {
  return instances.length > 0 ? instances : [{ value: {}, path }];
}

/** The parameters are written with capitals as well. */
function startLowerCase(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), value]),
  );
}
