import { isJsonObject, type JsonObject } from "../json/json-object.ts";

/** The parts of an AdmissionReview v1 request that pullcred reads. */
export type ReviewRequest = {
  readonly uid: string;
  readonly operation: string;
  readonly namespace: string;
  readonly dryRun: boolean;
  /** Whether it is about the core group's `pods`. */
  readonly isPod: boolean;
  readonly subResource: string;
  /** The object as it came; undefined where there is none (DELETE). */
  readonly object: unknown;
};

export type ParsedReview =
  | { readonly ok: true; readonly request: ReviewRequest }
  /** `uid` is null where even that could not be read. */
  | { readonly ok: false; readonly uid: string | null; readonly problem: string };

/** The names that namespaces can have; they become parts of URLs and, standalone, of file names. */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The one version that pullcred speaks; the API server converts nothing else to it. */
export const REVIEW_API_VERSION = "admission.k8s.io/v1";
export const REVIEW_KIND = "AdmissionReview";

/**
 * Reads an AdmissionReview v1 that was parsed from JSON; unknown fields are ignored.
 * (https://github.com/kubernetes/api/blob/master/admission/v1/types.go)
 */
export function parseReview(body: unknown): ParsedReview {
  if (!isJsonObject(body)) return refuse(null, "the body must be an AdmissionReview object");
  const { request } = body;
  const uid =
    isJsonObject(request) && typeof request.uid === "string" && request.uid !== "" ? request.uid : null;
  if (body.kind !== REVIEW_KIND) return refuse(uid, `kind must be ${REVIEW_KIND}`);
  if (body.apiVersion !== REVIEW_API_VERSION) {
    return refuse(uid, `apiVersion must be ${REVIEW_API_VERSION}: set admissionReviewVersions to ["v1"]`);
  }
  if (!isJsonObject(request)) return refuse(uid, "request must be an object");
  if (uid === null) return refuse(uid, "request.uid must be a non-empty string");
  return parseRequest(request, uid);
}

function parseRequest(request: JsonObject, uid: string): ParsedReview {
  const { operation, namespace, dryRun, resource, subResource, object } = request;
  if (typeof operation !== "string") return refuse(uid, "request.operation must be a string");
  if (!isJsonObject(resource)) return refuse(uid, "request.resource must be an object");
  if (!isOptional(namespace, "string") || (namespace && !DNS_LABEL.test(String(namespace)))) {
    return refuse(uid, "request.namespace must be the name of a namespace");
  }
  if (!isOptional(dryRun, "boolean")) return refuse(uid, "request.dryRun must be a boolean");
  if (!isOptional(subResource, "string")) return refuse(uid, "request.subResource must be a string");
  return {
    ok: true,
    request: {
      uid,
      operation,
      namespace: typeof namespace === "string" ? namespace : "",
      dryRun: dryRun === true,
      isPod: (resource.group ?? "") === "" && resource.resource === "pods",
      subResource: typeof subResource === "string" ? subResource : "",
      object: object ?? undefined,
    },
  };
}

function refuse(uid: string | null, problem: string): ParsedReview {
  return { ok: false, uid, problem };
}

function isOptional(value: unknown, type: "string" | "boolean"): boolean {
  return value === undefined || value === null || typeof value === type;
}
