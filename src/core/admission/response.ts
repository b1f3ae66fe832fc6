import type { Reason } from "../policy/reason.ts";
import { REVIEW_API_VERSION, REVIEW_KIND } from "./review.ts";

/** An AdmissionReview v1 with the answer. */
export type ReviewAnswer = {
  readonly apiVersion: typeof REVIEW_API_VERSION;
  readonly kind: typeof REVIEW_KIND;
  readonly response: AdmissionResponse;
};

/** pullcred never refuses a Pod, so `allowed` has one value. */
export type AdmissionResponse = {
  readonly uid: string;
  readonly allowed: true;
  readonly patchType?: "JSONPatch";
  /** Base64 of the JSON Patch. */
  readonly patch?: string;
  readonly warnings?: readonly string[];
  readonly auditAnnotations: AuditAnnotations;
};

/** The API server prefixes the keys with the webhook's name in its audit log. */
export type AuditAnnotations = { readonly reason: Reason; readonly secrets: string };

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export type Answer = {
  readonly reason: Reason;
  /** The pull secrets that the Pod will name because of a mapping, in order, separated by commas. */
  readonly secrets: string;
  /** The JSON Patch in base64; "" where there is none. */
  readonly patch: string;
  readonly warnings: readonly string[];
};

/** Admits the object, changed by the patch where there is one. */
export function allow(uid: string, { reason, secrets, patch, warnings }: Answer): ReviewAnswer {
  const response: Writable<AdmissionResponse> = {
    uid,
    allowed: true,
    auditAnnotations: { reason, secrets },
  };
  if (patch !== "") {
    response.patchType = "JSONPatch";
    response.patch = patch;
  }
  if (warnings.length > 0) response.warnings = warnings;
  return { apiVersion: REVIEW_API_VERSION, kind: REVIEW_KIND, response };
}

/** Admits the object as it is. */
export function allowUnchanged(uid: string, reason: Reason): ReviewAnswer {
  return allow(uid, { reason, secrets: "", patch: "", warnings: [] });
}
