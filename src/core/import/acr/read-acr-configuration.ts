import type { Findings, FoundMapping, ImportNote, ImportOptions } from "../found.ts";
import type { InputDocument } from "../input-document.ts";
import { type HelperConfig, readConfigMap, readParameters } from "./helper-config.ts";
import { readInstance } from "./instance.ts";

/** Reads the ConfigMap `acr-configuration` of the self-managed acr-credential-helper. */
export function readAcrConfiguration(document: InputDocument, options: ImportOptions): Findings {
  const notes: ImportNote[] = [];
  return convert(readConfigMap(document, notes), options, notes);
}

/** Reads the parameters of the managed acr-credential-helper. */
export function readAcrParameters(document: InputDocument, options: ImportOptions): Findings {
  const notes: ImportNote[] = [];
  return convert(readParameters(document, notes), options, notes);
}

function convert(config: HelperConfig | null, options: ImportOptions, notes: ImportNote[]): Findings {
  if (config === null) return { mappings: [], notes };
  noteSettings(config);
  const { settings, names, instances, place } = config;
  const written = settings.texts(names.namespaces)?.map((name) => (name === "Default" ? "default" : name));
  const watched = written === undefined || written.length === 0 ? ["default"] : written;
  const include = watched.some((name) => /^(?:all|\*)$/i.test(name)) ? ["*"] : watched;
  const mappings: FoundMapping[] = instances.flatMap((instance) => {
    const mapping = readInstance(instance, { place, include, usesRrsa: config.usesRrsa }, options, notes);
    return mapping === null ? [] : [mapping];
  });
  return { mappings, notes };
}

/** What the helper has to be told and pullcred does by itself is noted only where it is told something unusual. */
function noteSettings({ settings, names }: HelperConfig): void {
  const accounts = settings.texts(names.serviceAccounts) ?? ["default"];
  if (!accounts.includes("*")) {
    const message = `${accounts.join(", ")}: every Pod with an image of the registry gets the pull secret, whatever its ServiceAccount`;
    settings.note(names.serviceAccounts, message);
  }
  const threshold = settings.text(names.threshold);
  if (threshold !== undefined && threshold !== "15m")
    settings.note(names.threshold, "pullcred renews a token when half to two thirds of its life have passed");
  if (settings.text(names.email) !== undefined) {
    const message = "pullcred sends no mail: alert on pullcred_credential_expiry_timestamp_seconds";
    settings.note(names.email, message);
  }
  const version = settings.text(names.apiVersion);
  if (version !== undefined && version !== "2018-12-01")
    settings.note(
      names.apiVersion,
      "pullcred uses the API's version 2018-12-01, and 2016-06-07 for the Personal Edition",
    );
  if (/failure-policy:\s*["']?Fail\b/i.test(settings.text(names.webhook) ?? "")) {
    const message = "set webhook.failurePolicy to Fail in the values of pullcred's chart";
    settings.note(names.webhook, message);
  }
}
