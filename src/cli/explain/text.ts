import type { ImageReference } from "../../core/image/reference.ts";
import type { ImageExplanation } from "../../core/policy/explain-image.ts";
import type { PodExplanation, PodImageExplanation } from "../../core/policy/explain-pod.ts";
import { isLeftAlone } from "../../core/policy/reason.ts";
import { printable } from "../printable.ts";

/** So many keys that are not used are worth reading. */
const MOST_UNUSED = 10;

/** What of its Pod matters to an image; one that was made already gets nothing more. */
type Served = Pick<PodExplanation["pod"], "isMade" | "reason">;

/** An image for people: how it is read, and what serves it. */
export function describeImage(explanation: ImageExplanation, namespace: string, pod?: Served): string {
  const { image, reference, error, matches, excluded, always } = explanation;
  const gets = pod?.isMade ? "matches" : "gets";
  const lines = [
    printable(image),
    ...(reference === null ? [`  not a valid image reference: ${error}`] : read(reference)),
  ];
  for (const { mapping, pattern, secretName } of matches) {
    lines.push(line(gets, `${secretName} (mapping ${mapping} matches ${pattern})`));
  }
  for (const { mapping, secretName } of always) {
    lines.push(line(gets, `${secretName} (mapping ${mapping} injects always)`));
  }
  for (const { mapping, pattern } of excluded) {
    const why =
      pod !== undefined && isLeftAlone(pod.reason)
        ? `the Pod is left alone: ${pod.reason}`
        : `not for namespace ${namespace}`;
    lines.push(line("not", `mapping ${mapping} matches ${pattern}, but ${why}`));
  }
  if (matches.length + always.length + excluded.length === 0) {
    lines.push(line(gets, "nothing: no mapping matches"));
  }
  return lines.join("\n");
}

/** A Pod for people: its pull secrets, then image by image what kubelet tries. */
export function describePod({ pod, images }: PodExplanation): string {
  const { name, namespace, reason, pullSecrets, missing, forbidden } = pod;
  const lines = [printable(`Pod ${name ?? "without a name"} in namespace ${namespace}: ${reason}`)];
  for (const { name: secret, from, mapping, problem } of pullSecrets) {
    const by = {
      pod: "the Pod names it",
      serviceAccount: "from its ServiceAccount",
      pullcred: "added by pullcred",
    };
    const whose = mapping === null ? "" : `, mapping ${mapping}`;
    lines.push(line("names", `${secret} (${by[from]}${whose})${problem === null ? "" : `: ${problem}`}`));
  }
  if (pullSecrets.length === 0) lines.push(line("names", "no pull secret"));
  for (const secret of missing)
    lines.push(line("lacks", `${secret}: it was made without, and would get it if it were made anew`));
  for (const secret of forbidden) {
    lines.push(line("not", `${secret}: its ServiceAccount enforces mountable secrets and does not list it`));
  }
  return [lines.join("\n"), ...images.map((image) => describePodImage(image, namespace, pod))].join("\n\n");
}

function describePodImage(image: PodImageExplanation, namespace: string, pod: Served): string {
  const tried = image.credentials.filter(({ isUsed }) => isUsed);
  const unused = image.credentials.filter(({ isUsed }) => !isUsed);
  const lines = [describeImage(image, namespace, pod), line("stands in", image.places.join(", "))];
  for (const [index, { secret, key, note }] of tried.entries()) {
    lines.push(line(`tries ${index + 1}.`, `${secret}, key ${key}${note === null ? "" : `: ${note}`}`));
  }
  for (const { secret, key, note } of unused.slice(0, MOST_UNUSED)) {
    lines.push(line("not", `${secret}, key ${key}: ${note ?? "is not for this image"}`));
  }
  if (unused.length > MOST_UNUSED) lines.push(line("not", `${unused.length - MOST_UNUSED} keys more`));
  for (const { message } of image.traps) lines.push(line("mind", message));
  return lines.join("\n");
}

function line(word: string, text: string): string {
  return `  ${word.padEnd(11)} ${printable(text)}`;
}

function read({ registry, repository, tag, digest }: ImageReference): readonly string[] {
  const fields = { registry, repository, tag, digest };
  return Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `  ${name.padEnd(11)} ${value}`);
}
