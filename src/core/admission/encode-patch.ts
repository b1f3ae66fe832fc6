import { remembering } from "../match/remembering.ts";
import type { PodSpec } from "../pod/pod.ts";
import { pullSecretPatch } from "./patch.ts";

/** The patch of a Pod that names no pull secret yet depends on nothing but the names, and a cluster has few sets of these. */
const encodeFirst = remembering((names) => encode(undefined, names.split(",")));

/**
 * The patch that appends pull secrets to a Pod's `imagePullSecrets`, in base64 as an answer carries it; "" where there is
 * nothing to append. Names of Secrets hold no comma, and are ASCII.
 */
export function encodePullSecretPatch(
  existing: PodSpec["imagePullSecrets"],
  names: readonly string[],
): string {
  const [only] = names;
  if (only === undefined) return "";
  if (existing && existing.length > 0) return encode(existing, names);
  return encodeFirst(names.length === 1 ? only : names.join(","));
}

function encode(existing: PodSpec["imagePullSecrets"], names: readonly string[]): string {
  const patch = pullSecretPatch(existing, names, "/spec");
  return patch.length === 0 ? "" : btoa(JSON.stringify(patch));
}
