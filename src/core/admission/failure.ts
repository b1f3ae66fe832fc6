/**
 * The body of an answer that is no AdmissionReview: a metav1.Status, which the API server quotes to the user.
 * (https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/types.go)
 */
export type FailureStatus = {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly status: "Failure";
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: { readonly uid: string };
};

/** Builds the answer for HTTP status `code`; `uid` is the review's where it could be read. */
export function failure(code: number, reason: string, message: string, uid: string | null): FailureStatus {
  return {
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    code,
    reason,
    message: `pullcred: ${message}`,
    ...(uid !== null && { details: { uid } }),
  };
}
