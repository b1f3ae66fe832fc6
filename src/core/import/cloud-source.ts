import { partitionOf } from "../cloud/aws/partition.ts";
import type { CredentialsConfig } from "../config/schema.ts";
import { ecrPublicMatchImages } from "../config/sources/ecr-match-images.ts";
import type { FoundMapping } from "./found.ts";

/** The clouds whose registries pullcred asks by itself. */
export type Cloud = "aws" | "google" | "azure" | "alibaba";

/** What a pattern of `matchImages` comes to where its host is a cloud's. */
export type CloudSource =
  | { readonly kind: "source"; readonly cloud: Cloud; readonly mapping: Omit<FoundMapping, "from"> }
  /** Something has to be known that the pattern does not tell. */
  | { readonly kind: "unclear"; readonly cloud: Cloud; readonly message: string }
  /** No credential is of any use there. */
  | { readonly kind: "useless"; readonly cloud: Cloud };

const ECR =
  /^(?:[0-9]{12}|\*)\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+|\*)\.(amazonaws\.com(?:\.cn)?|amazonaws\.eu|on\.(?:aws|amazonwebservices\.(?:com\.cn|eu))|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/;
const ECR_PUBLIC = new Set(ecrPublicMatchImages());
const GOOGLE =
  /^(?:container\.cloud\.google\.com|(?:[a-z0-9*-]+\.)?gcr\.io|[a-z0-9*-]+\.pkg\.dev|(?:docker|\*)\.[a-z0-9*-]+\.rep\.pkg\.dev)$/;
const AZURE = /^([a-z0-9-]+|\*)\.azurecr\.(?:io|cn|de|us)$/;
const ALIBABA_ENTERPRISE = /^([a-z0-9-]+)-registry(?:-vpc)?\.([a-z0-9-]+)\.cr\.aliyuncs\.com$/;
const ALIBABA_PERSONAL = /^registry(?:-intl)?(?:-vpc|-internal)?\.([a-z0-9-]+)\.aliyuncs\.com$/;

/** The source that a pattern's registry has in pullcred, which needs no credential; null where it is no cloud's. */
export function cloudSourceOf(pattern: string, region: string | undefined): CloudSource | null {
  const [host = ""] = pattern.split("/", 1);
  const rest = pattern.slice(host.length);
  return ecr(host, rest, region) ?? google(host, pattern) ?? azure(host, pattern) ?? alibaba(host, pattern);
}

function ecr(host: string, rest: string, ownRegion: string | undefined): CloudSource | null {
  if (ECR_PUBLIC.has(host)) return toSource("aws", "ecr-public", [host + rest], { ecrPublic: {} });
  const [, written = "", suffix = ""] = ECR.exec(host) ?? [];
  if (written === "") return null;
  const region = written === "*" ? ownRegion : written;
  if (region === undefined) {
    const message = `${JSON.stringify(host)} names no region: import again with --region REGION, the cluster's own`;
    return { kind: "unclear", cloud: "aws", message };
  }
  const { dnsSuffix, dualStackSuffix } = partitionOf(region);
  // An account exists in one partition, so that no role of the cluster has a credential for this one.
  if (suffix !== dnsSuffix && suffix !== dualStackSuffix) return { kind: "useless", cloud: "aws" };
  const pattern = host.replace(`.*.${suffix}`, `.${region}.${suffix}`) + rest;
  return toSource("aws", `ecr-${region}`, [pattern], { ecr: { region } });
}

function google(host: string, pattern: string): CloudSource | null {
  return GOOGLE.test(host) ? toSource("google", "gar", [pattern], { gar: {} }) : null;
}

function azure(host: string, pattern: string): CloudSource | null {
  if (host === "mcr.microsoft.com") return { kind: "useless", cloud: "azure" };
  const [, name] = AZURE.exec(host) ?? [];
  if (name === undefined) return null;
  if (name !== "*") return toSource("azure", `azure-${name}`, [pattern], { azure: { registry: host } });
  const message =
    `${JSON.stringify(host)} names no registry, and each has its own token: write a mapping for each, with ` +
    "credentials.azure.registry";
  return { kind: "unclear", cloud: "azure", message };
}

function alibaba(host: string, pattern: string): CloudSource | null {
  const [, instanceName, region = ""] = ALIBABA_ENTERPRISE.exec(host) ?? [];
  if (instanceName !== undefined)
    return toSource("alibaba", `acr-${instanceName}`, [pattern], { alibaba: { region, instanceName } });
  const [, own] = ALIBABA_PERSONAL.exec(host) ?? [];
  if (own === undefined) return null;
  return toSource("alibaba", `acr-personal-${own}`, [pattern], { alibaba: { region: own } });
}

function toSource(
  cloud: Cloud,
  name: string,
  matchImages: readonly string[],
  credentials: CredentialsConfig,
): CloudSource {
  const mapping = {
    key: JSON.stringify(credentials),
    names: [name],
    matchImages,
    plan: () => ({ credentials, steps: [] }),
  };
  return { kind: "source", cloud, mapping };
}
