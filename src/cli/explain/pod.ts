import { type AuditedPod, withServiceAccount } from "../../core/audit/audited-pod.ts";
import { readManifestWorld } from "../../core/audit/manifest-world.ts";
import { readPullSecret } from "../../core/audit/read-pull-secret.ts";
import type { CompiledConfig, Mapping } from "../../core/config/compile.ts";
import { isManaged } from "../../core/copy/copy.ts";
import { PullcredError } from "../../core/error.ts";
import { presentNames } from "../../core/manifest/pod-template.ts";
import { decide } from "../../core/policy/decide.ts";
import type { NamedSecret } from "../../core/policy/explain-credentials.ts";
import {
  explainPod,
  type NamedBy,
  type PodExplanation,
  type SecretToExplain,
  TrapKind,
} from "../../core/policy/explain-pod.ts";
import { keepMountable } from "../../core/policy/mountable.ts";
import { isLeftAlone } from "../../core/policy/reason.ts";
import type { Secret } from "../../core/secret/secret.ts";
import { readManifestFiles, unusable } from "../manifest-files.ts";
import { type ReadCredential, readCredential } from "../read-credential.ts";
import { originName } from "../scopes.ts";
import type { ExplainOptions } from "./command.ts";
import { type ExplainPlace, nowhere, openDataDirectoryPlace, overlayManifests } from "./place.ts";

/** Explains the Pod that the options name. */
export async function explainNamedPod(
  options: ExplainOptions,
  config: CompiledConfig,
): Promise<PodExplanation> {
  const { found, place } = await findPod(options);
  try {
    return await explainFound(found, place, options, config);
  } finally {
    place.close();
  }
}

/** Whether something of the Pod cannot be pulled, whatever the credentials are, or it was made without what an image needs. */
export function isFailing({ pod, images }: PodExplanation): boolean {
  return images.some(
    ({ error, traps, matches }) =>
      error !== null ||
      traps.some(({ kind }) => kind === TrapKind.PullFails) ||
      matches.some(({ secretName }) => pod.missing.includes(secretName)),
  );
}

type Found = { readonly found: AuditedPod; readonly place: ExplainPlace };

async function findPod({ filename, pod, cluster, dataDir, namespace }: ExplainOptions): Promise<Found> {
  if (filename.length === 0) {
    const { openExplainCluster } = await import("./cluster.ts");
    const opened = await openExplainCluster(process.env);
    try {
      return { found: await opened.pod(namespace, pod ?? ""), place: opened };
    } catch (error) {
      opened.close();
      throw error;
    }
  }
  const files = await readManifestFiles(filename);
  const manifests = readManifestWorld(files, namespace);
  if (manifests.problems.length > 0) throw unusable(manifests.problems);
  const found = choosePod(manifests.pods, pod);
  let place = dataDir === undefined ? nowhere : await openDataDirectoryPlace(dataDir);
  if (cluster) place = await (await import("./cluster.ts")).openExplainCluster(process.env);
  return { found, place: overlayManifests(manifests, place) };
}

function choosePod(pods: readonly AuditedPod[], name: string | undefined): AuditedPod {
  const named = name === undefined ? pods : pods.filter((pod) => pod.name === name);
  const [found, ...others] = named;
  if (found !== undefined && others.length === 0) return found;
  if (found === undefined) {
    const what =
      name === undefined ? "a Pod, or a workload with a template of Pods" : `a Pod or a workload ${name}`;
    throw new PullcredError("WrongUse", `could not find ${what} in the manifests`);
  }
  const names = named
    .slice(0, 5)
    .map((pod) => `${pod.isTemplate ? pod.owner : `Pod ${pod.name}`} in namespace ${pod.namespace}`);
  throw new PullcredError(
    "WrongUse",
    `could not tell which of ${named.length} Pods to explain: give --pod NAME, or a file with one of them: ${names.join(", ")}`,
  );
}

async function explainFound(
  found: AuditedPod,
  place: ExplainPlace,
  { namespaceLabels, ownNamespace }: ExplainOptions,
  config: CompiledConfig,
): Promise<PodExplanation> {
  const { namespace: name } = found;
  const known = await place.namespace(name);
  const namespace = { ...known, labels: { ...known.labels, ...namespaceLabels } };
  const accountName = found.pod.spec.serviceAccountName || "default";
  const account = await place.serviceAccount(name, accountName);
  const audited = account === undefined ? found : withServiceAccount(found, account);
  const wanted = decide(audited.pod, namespace, ownNamespace, config);
  const { decision, forbidden } = keepMountable(wanted, account?.mountable ?? "any");
  const named: NamedBy = audited.hasAccountSecrets ? "serviceAccount" : "pod";
  const names: (readonly [string, NamedBy])[] = presentNames(audited.pod.spec.imagePullSecrets)
    .filter((secretName) => secretName !== "")
    .map((secretName) => [secretName, named]);
  if (!audited.isMade) for (const secretName of decision.missing) names.push([secretName, "pullcred"]);
  const secrets: SecretToExplain[] = [];
  for (const [secretName, from] of names) {
    // Of a Pod that is yet to be made, the webhook brings the copies up to date before.
    const mapping = audited.isMade ? undefined : decision.needed.find((one) => one.secretName === secretName);
    secrets.push({
      name: secretName,
      from,
      ...(await lookUp(secretName, name, mapping, place, ownNamespace)),
    });
  }
  return explainPod(
    {
      pod: audited.pod,
      name: audited.name || null,
      namespace: name,
      labels: namespace.labels,
      reason: decision.reason,
      isLeftAlone: isLeftAlone(decision.reason),
      secrets,
      unreadAccount: account === undefined && takesAccountSecrets(found) ? accountName : null,
      isMade: audited.isMade,
      missing: decision.missing,
      forbidden,
    },
    config,
  );
}

/** Whether the API server will give the Pod the pull secrets of its ServiceAccount. */
function takesAccountSecrets({ pod, isMade }: AuditedPod): boolean {
  return !isMade && presentNames(pod.spec.imagePullSecrets).length === 0;
}

/** What kubelet will find under a name; `mapping` is the one that has its copy there. */
async function lookUp(
  secretName: string,
  namespace: string,
  mapping: Mapping | undefined,
  place: ExplainPlace,
  ownNamespace: string,
): Promise<Pick<SecretToExplain, "found" | "originProblem">> {
  const present = await place.secret(namespace, secretName);
  const found = readPresent(present);
  const isReplaced = typeof present === "string" || isManaged(present);
  if (mapping === undefined || !isReplaced) return { found, originProblem: null };
  const origin = await readOrigin(mapping, place, ownNamespace);
  if (origin.kind === "read") {
    return {
      found: { kind: "read", credentials: origin.credentials, empty: new Map() },
      originProblem: null,
    };
  }
  if (origin.kind === "none") return { found, originProblem: origin.problem };
  // That nobody could look at the origin says nothing of a copy that stands.
  if (present !== "missing") return { found, originProblem: null };
  return { found: { kind: "unread" }, originProblem: origin.problem };
}

function readPresent(present: Secret | "missing" | "unknown"): NamedSecret["found"] {
  if (present === "missing") return { kind: "missing" };
  return present === "unknown" ? { kind: "unread" } : readPullSecret(present);
}

/**
 * Reads the credential that a copy would be made of. No plugin is started, and no cloud is asked: of those there is what
 * pullcred has written. A docker config.json is read where this runs, with its credential helpers.
 */
async function readOrigin(
  mapping: Mapping,
  place: ExplainPlace,
  ownNamespace: string,
): Promise<ReadCredential> {
  const isWritten =
    !("configFile" in mapping.credentials) || place.hasOrigin(ownNamespace, originName(mapping));
  return readCredential(mapping, {
    isWritten,
    secret: async (namespace, name) => {
      const secret = await place.secret(namespace, name);
      if (secret === "unknown")
        throw new PullcredError(
          "FileUnreadable",
          `Secret ${name} in namespace ${namespace} is not among what could be read`,
        );
      return secret === "missing" ? undefined : secret;
    },
    ownNamespace,
    environment: process.env,
  });
}
