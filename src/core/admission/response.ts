import type { Reason } from "../policy/reason.ts";
import type { AddOperation } from "./patch.ts";
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

export type Answer = {
  readonly reason: Reason;
  /** The pull secrets that the Pod will name because of a mapping, in order. */
  readonly secrets: readonly string[];
  readonly patch: readonly AddOperation[];
  readonly warnings: readonly string[];
};

/** Admits the object, changed by the patch where there is one. */
export function allow(uid: string, { reason, secrets, patch, warnings }: Answer): ReviewAnswer {
  return {
    apiVersion: REVIEW_API_VERSION,
    kind: REVIEW_KIND,
    response: {
      uid,
      allowed: true,
      ...(patch.length > 0 && { patchType: "JSONPatch", patch: encodePatch(patch) }),
      ...(warnings.length > 0 && { warnings }),
      auditAnnotations: { reason, secrets: secrets.join(",") },
    },
  };
}

/** Admits the object as it is. */
export function allowUnchanged(uid: string, reason: Reason): ReviewAnswer {
  return allow(uid, { reason, secrets: [], patch: [], warnings: [] });
}

function encodePatch(patch: readonly AddOperation[]): string {
  return Buffer.from(JSON.stringify(patch)).toString("base64");
}
