import { type AuditedPod, withServiceAccount } from "../../core/audit/audited-pod.ts";
import { readManifestWorld } from "../../core/audit/manifest-world.ts";
import { readPullSecret } from "../../core/audit/read-pull-secret.ts";
import type { CompiledConfig } from "../../core/config/compile.ts";
import { isManaged } from "../../core/copy/copy.ts";
import { decodeCredentialSecret } from "../../core/credential/decode-secret.ts";
import { PullcredError } from "../../core/error.ts";
import { presentNames } from "../../core/manifest/pod-template.ts";
import { type Decision, decide } from "../../core/policy/decide.ts";
import type { NamedSecret } from "../../core/policy/explain-credentials.ts";
import { explainPod, type NamedBy, type PodExplanation, TrapKind } from "../../core/policy/explain-pod.ts";
import { keepMountable } from "../../core/policy/mountable.ts";
import { Reason } from "../../core/policy/reason.ts";
import { readManifestFiles, unusable } from "../manifest-files.ts";
import { originName } from "../scopes.ts";
import type { ExplainOptions } from "./command.ts";
import { type ExplainPlace, nowhere, openDataDirectoryPlace, overlayManifests } from "./place.ts";

const LEFT_ALONE: ReadonlySet<Reason> = new Set([Reason.MirrorPod, Reason.OwnNamespace, Reason.OptedOut]);

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

/** Whether something of the Pod cannot be pulled, whatever the credentials are. */
export function isFailing({ images }: PodExplanation): boolean {
  return images.some(
    ({ error, traps }) => error !== null || traps.some(({ kind }) => kind === TrapKind.PullFails),
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
  const manifests = readManifestWorld(
    files.map(({ object }) => object),
    namespace,
  );
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
  const account = await place.serviceAccount(name, found.pod.spec.serviceAccountName || "default");
  const audited = account === undefined ? found : withServiceAccount(found, account);
  const wanted = decide(audited.pod, namespace, ownNamespace, config);
  const { decision, forbidden } = keepMountable(wanted, account?.mountable ?? "any");
  const named: NamedBy = audited.hasAccountSecrets ? "serviceAccount" : "pod";
  const names: (readonly [string, NamedBy])[] = presentNames(audited.pod.spec.imagePullSecrets)
    .filter((secretName) => secretName !== "")
    .map((secretName) => [secretName, named]);
  if (!audited.isMade) for (const secretName of decision.missing) names.push([secretName, "pullcred"]);
  const secrets: (NamedSecret & { readonly from: NamedBy })[] = [];
  for (const [secretName, from] of names) {
    const seen = await lookUp(secretName, audited, decision, place, ownNamespace);
    secrets.push({ name: secretName, from, found: seen });
  }
  return explainPod(
    {
      pod: audited.pod,
      name: audited.name || null,
      namespace: name,
      labels: namespace.labels,
      reason: decision.reason,
      isLeftAlone: LEFT_ALONE.has(decision.reason),
      secrets,
      missing: audited.isMade ? decision.missing : [],
      forbidden,
    },
    config,
  );
}

/** What kubelet will find. Of a Pod that is yet to be made, the webhook brings the copies up to date before. */
async function lookUp(
  secretName: string,
  { namespace, isMade }: AuditedPod,
  { needed }: Decision,
  place: ExplainPlace,
  ownNamespace: string,
): Promise<NamedSecret["found"]> {
  const present = await place.secret(namespace, secretName);
  const mapping = isMade ? undefined : needed.find((one) => one.secretName === secretName);
  const isReplaced = typeof present === "string" || isManaged(present);
  if (mapping !== undefined && isReplaced) {
    const origin = await place.secret(ownNamespace, originName(mapping));
    const decoded = typeof origin === "string" ? null : decodeCredentialSecret(origin, mapping.matchImages);
    if (decoded?.ok) return { kind: "read", credentials: decoded.credentials, empty: new Map() };
  }
  if (present === "missing") return { kind: "missing" };
  return present === "unknown" ? { kind: "unread" } : readPullSecret(present);
}
