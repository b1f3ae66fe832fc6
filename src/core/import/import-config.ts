import type { ConfigDocument, RegistryDocument } from "../config/schema.ts";
import { readAcrConfiguration, readAcrParameters } from "./acr/read-acr-configuration.ts";
import { admitMapping } from "./admit-mapping.ts";
import type { SecretMaker } from "./docker/pull-secret.ts";
import { readDockerConfig, readDockercfg } from "./docker/read-docker-config.ts";
import { readPullSecrets } from "./docker/read-pull-secrets.ts";
import type { Findings, FoundMapping, ImportNote, ImportOptions, ImportStep } from "./found.ts";
import type { InputDocument } from "./input-document.ts";
import { readCredentialProviders } from "./kubelet/read-credential-providers.ts";
import { nameMappings } from "./name-mappings.ts";
import { type DocumentKind, recognise } from "./recognise.ts";
import { readImagePullSecret, readTcrValues } from "./tencent/read-tcr.ts";

/** A mapping of the configuration, with what people should know of it. */
export type ImportedMapping = {
  readonly entry: RegistryDocument;
  readonly from: readonly string[];
  readonly steps: readonly ImportStep[];
};

/** What the input comes to. */
export type Imported = {
  readonly config: ConfigDocument;
  readonly mappings: readonly ImportedMapping[];
  /** What could not be carried over. */
  readonly notes: readonly ImportNote[];
};

type Reader = (document: InputDocument, options: ImportOptions) => Findings;

const READERS: Readonly<Record<Exclude<DocumentKind, "secret" | "serviceAccount">, Reader>> = {
  credentialProviders: readCredentialProviders,
  acrConfiguration: readAcrConfiguration,
  acrParameters: readAcrParameters,
  imagePullSecret: readImagePullSecret,
  tcrValues: readTcrValues,
  dockerConfig: readDockerConfig,
  dockercfg: readDockercfg,
};

/** Makes a configuration of whatever says today how images are pulled. Never throws, whatever the documents hold. */
export function importConfig(documents: readonly InputDocument[], options: ImportOptions): Imported {
  const groups = Map.groupBy(documents, ({ value }) => recognise(value));
  const of = (kind: DocumentKind): readonly InputDocument[] => groups.get(kind) ?? [];
  const findings: Findings[] = [noteUnknown(groups.get(null) ?? [])];
  for (const [kind, read] of Object.entries(READERS)) {
    findings.push(...of(kind as DocumentKind).map((document) => read(document, options)));
  }
  const tools = new Set<SecretMaker>();
  if (of("acrConfiguration").length + of("acrParameters").length > 0) tools.add("acr-credential-helper");
  if (of("imagePullSecret").length + of("tcrValues").length > 0) tools.add("tcr-assistant");
  const secrets = of("secret");
  findings.push(readPullSecrets({ secrets, serviceAccounts: of("serviceAccount"), tools }, options));

  const found = mergeEqual(findings.flatMap(({ mappings }) => mappings));
  const names = nameMappings(found);
  const notes = findings.flatMap((finding) => finding.notes);
  const mappings = found.flatMap((mapping, index) => {
    const { credentials, steps } = mapping.plan(names[index] ?? "");
    const admitted = admitMapping(toEntry(mapping, names[index] ?? "", credentials), mapping.from[0] ?? "");
    notes.push(...admitted.notes);
    return admitted.entry === null ? [] : [{ entry: admitted.entry, from: mapping.from, steps }];
  });
  const registries = mappings.map(({ entry }) => entry);
  return { config: { apiVersion: "pullcred.dev/v1", kind: "Config", registries }, mappings, notes };
}

function toEntry(
  { matchImages, include }: FoundMapping,
  name: string,
  credentials: RegistryDocument["credentials"],
): RegistryDocument {
  return {
    name,
    ...(matchImages.length > 0 && { matchImages: [...new Set(matchImages)] }),
    ...(include && { namespaces: { include: [...new Set(include)] } }),
    credentials,
  };
}

function noteUnknown(documents: readonly InputDocument[]): Findings {
  const message = "is nothing that import knows; pullcred import --help lists what it does";
  return { mappings: [], notes: documents.map(({ place }) => ({ path: place, message })) };
}

/** Brings mappings of one source together. What holds in every namespace is another one than what names some. */
function mergeEqual(mappings: readonly FoundMapping[]): readonly FoundMapping[] {
  const groups = Map.groupBy(mappings, ({ key, include }) => `${include === undefined} ${key}`);
  return [...groups.values()].map((group) => {
    const [first, ...others] = group as [FoundMapping, ...FoundMapping[]];
    if (others.length === 0) return first;
    return {
      ...first,
      from: [...new Set(group.flatMap(({ from }) => from))],
      matchImages: group.flatMap(({ matchImages }) => matchImages),
      ...(first.include && { include: group.flatMap(({ include }) => include ?? []) }),
    };
  });
}
