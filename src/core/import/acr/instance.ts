import type { CredentialsConfig } from "../../config/schema.ts";
import { createFieldReader, type FieldReader, placeBelow } from "../field-reader.ts";
import type { FoundMapping, ImportNote, ImportOptions, ImportStep } from "../found.ts";
import { secretFromFiles } from "../origin-command.ts";
import type { HelperInstance } from "./helper-config.ts";

type AlibabaAuth = NonNullable<Extract<CredentialsConfig, { readonly alibaba: unknown }>["alibaba"]["auth"]>;

/** What the instances of one configuration have in common. */
export type InstanceContext = {
  readonly place: string;
  readonly include: readonly string[];
  readonly usesRrsa: boolean;
};

const FIELDS = [
  "instanceId",
  "regionId",
  "domains",
  "assumeRoleARN",
  "expireDuration",
  "rrsaRoleARN",
  "rrsaOIDCProviderRoleARN",
  "customAccessKey",
  "customAccessKeySecret",
];
/** Seconds; what the helper asks for where nothing is written, and pullcred too. */
const USUAL_DURATION = "3600";
const REGION_OF_HOST = /\.([a-z]+(?:-[a-z0-9]+)+)\.(?:personal\.)?(?:cr\.)?aliyuncs\.com(?::\d+)?$/;
const NAME_OF_HOST = /^([a-z0-9-]+)-registry(?:-vpc)?\.[a-z0-9-]+\.cr\.aliyuncs\.com$/;
const NEW_PERSONAL = /\.personal\.cr\.aliyuncs\.com$/;

/** The mapping of one instance; null where something is missing without which there can be none. */
export function readInstance(
  { value, path }: HelperInstance,
  { place, include, usesRrsa }: InstanceContext,
  options: ImportOptions,
  notes: ImportNote[],
): FoundMapping | null {
  const fields = createFieldReader(value, place, path, notes);
  fields.noteUnknown(FIELDS);
  const domains = [...new Set(isTexts(value.domains) ? value.domains : (fields.texts("domains") ?? []))];
  const instanceId = fields.text("instanceId");
  const region = fields.text("regionId") ?? regionOf(domains) ?? options.region;
  if (region === undefined) {
    fields.note("regionId", "names no region: import again with --region REGION, the cluster's own");
    return null;
  }
  if (instanceId === undefined && domains.some((domain) => NEW_PERSONAL.test(domain))) {
    fields.note(
      "domains",
      "such Personal instances have no tokens: put their password into a Secret, for secretRef",
    );
    return null;
  }
  const from = placeBelow(place, path);
  const planAuth = readAuth(fields, usesRrsa, from, options.ownNamespace);
  const assumeRole = readAssumeRole(fields);
  const base = { region, ...(instanceId && { instanceId }) };
  const name = domains.map((domain) => NAME_OF_HOST.exec(domain)?.[1]).find((found) => found !== undefined);
  return {
    key: JSON.stringify(["alibaba", base, domains, include, assumeRole, planAuth("").auth]),
    names: [`acr-${name ?? instanceId ?? `personal-${region}`}`],
    from: [from],
    matchImages: domains.length === 0 && instanceId !== undefined ? guessDomains(region, fields) : domains,
    include,
    plan(mapping) {
      const { auth, steps } = planAuth(mapping);
      return {
        credentials: { alibaba: { ...base, ...(auth && { auth }), ...(assumeRole && { assumeRole }) } },
        steps,
      };
    },
  };
}

/** The parameters of the managed edition are also written with a list. */
function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

type PlannedAuth = { readonly auth?: AlibabaAuth; readonly steps: readonly ImportStep[] };

/** As whom the helper asks. Without auth it is the node, or as whom pullcred's own Pod is. */
function readAuth(
  fields: FieldReader,
  usesRrsa: boolean,
  from: string,
  ownNamespace: string,
): (mapping: string) => PlannedAuth {
  if (fields.text("customAccessKey") !== undefined || fields.text("customAccessKeySecret") !== undefined) {
    return (mapping) => {
      const name = `${mapping}-keys`;
      const command = secretFromFiles(ownNamespace, name, ["accessKeyId", "accessKeySecret"]);
      const message = `make the Secret ${name} of the access key, which then need not stand in a ConfigMap`;
      return { auth: { secretRef: { name } }, steps: [{ path: from, message, command }] };
    };
  }
  const roleArn = fields.text("rrsaRoleARN");
  const oidcProviderArn = fields.text("rrsaOIDCProviderRoleARN");
  if (!usesRrsa) {
    if (roleArn !== undefined)
      fields.note("rrsaRoleARN", "has no effect without rrsa: enable: true; it was left out");
    return () => ({ steps: [] });
  }
  const auth = { rrsa: { ...(roleArn && { roleArn }), ...(oidcProviderArn && { oidcProviderArn }) } };
  const message = `let the trust policy of the role allow system:serviceaccount:${ownNamespace}:pullcred`;
  return () => ({ auth, steps: [{ path: from, message }] });
}

function readAssumeRole(
  fields: FieldReader,
): { readonly roleArn: string; readonly sessionDuration?: string } | undefined {
  const roleArn = fields.text("assumeRoleARN");
  const seconds = fields.text("expireDuration") ?? USUAL_DURATION;
  if (roleArn === undefined) {
    if (seconds !== USUAL_DURATION)
      fields.note("expireDuration", "has no effect without assumeRoleARN; it was left out");
    return undefined;
  }
  return { roleArn, ...(seconds !== USUAL_DURATION && { sessionDuration: `${seconds}s` }) };
}

function regionOf(domains: readonly string[]): string | undefined {
  return domains.map((domain) => REGION_OF_HOST.exec(domain)?.[1]).find((region) => region !== undefined);
}

/** The helper looks the domains up; all that is known here is where they are. */
function guessDomains(region: string, fields: FieldReader): readonly string[] {
  const message =
    "names no domain, so that the mapping is for all instances of the region: write the instance's hosts as matchImages, or " +
    "its name as instanceName";
  fields.note("domains", message);
  return [`*-registry.${region}.cr.aliyuncs.com`, `*-registry-vpc.${region}.cr.aliyuncs.com`];
}
