import { isJsonObject } from "../../../core/json/json-object.ts";

/** What the API server answered instead of success; `status` is 0 where it did not answer at all. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** The machine-readable reason of the metav1.Status, for example `AlreadyExists`. */
  readonly reason: string;
  /** The types of its causes, for example `NamespaceTerminating`. */
  readonly causes: readonly string[];
  /** How long the server asked to be left alone, in milliseconds. */
  readonly retryAfter: number | undefined;

  constructor(message: string, details: ApiErrorDetails, options?: ErrorOptions) {
    super(message, options);
    this.status = details.status;
    this.reason = details.reason ?? "";
    this.causes = details.causes ?? [];
    this.retryAfter = details.retryAfter;
  }
}

export type ApiErrorDetails = {
  readonly status: number;
  readonly reason?: string;
  readonly causes?: readonly string[];
  readonly retryAfter?: number | undefined;
};

/** A server that is restarted asks for less; longer would be an outage of its own. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * What authorization says of a refusal: who may not do what. An admission policy refuses with the same status, and its words
 * come behind the same beginning. (kubernetes, staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters:
 * forbiddenMessage)
 */
const UNAUTHORIZED =
  /^[a-z0-9./-]+(?: "[^"\s]*")? is forbidden: (User "[^"]*" cannot [a-z]+ resource "[^"\s]*" in API group "[^"\s]*" (?:in the namespace "[^"\s]*"|at the cluster scope))/;

/**
 * Reads a metav1.Status. Only a refusal by authorization is quoted, because its words say what to grant; the words for
 * other refusals may repeat what was sent, and that can be a Secret.
 */
export function toApiError(what: string, status: number, body: unknown, retryAfter?: string): ApiError {
  const { reason, message, details } = isJsonObject(body) ? body : {};
  const causes =
    isJsonObject(details) && Array.isArray(details.causes)
      ? details.causes.flatMap((cause: unknown) =>
          isJsonObject(cause) && typeof cause.reason === "string" ? [cause.reason] : [],
        )
      : [];
  const words = [String(status), typeof reason === "string" ? reason : ""].filter(Boolean).join(" ");
  const clause = typeof message === "string" ? UNAUTHORIZED.exec(message)?.[1] : undefined;
  const quoted = status === 403 && clause !== undefined ? `: ${clause}` : "";
  return new ApiError(`could not ${what}: ${words}${quoted}`, {
    status,
    reason: typeof reason === "string" ? reason : "",
    causes,
    retryAfter: readRetryAfter(retryAfter),
  });
}

/** API servers send seconds. What is no delay is none, also a date. */
function readRetryAfter(header: string | undefined): number | undefined {
  const seconds = Number(header);
  return seconds > 0 ? Math.min(seconds * 1_000, LONGEST_RETRY_AFTER_MS) : undefined;
}

/** Whether an error is this answer of the API server. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}
