type RequestParts = Readonly<Record<string, unknown>>;

/** An AdmissionReview v1 of a Pod's creation, with these fields of its request changed. */
export function review(object: unknown, request: RequestParts = {}): Readonly<Record<string, unknown>> {
  return {
    kind: "AdmissionReview",
    apiVersion: "admission.k8s.io/v1",
    request: {
      uid: "705ab4f5-6393-11e8-b7cc-42010a800002",
      kind: { group: "", version: "v1", kind: "Pod" },
      resource: { group: "", version: "v1", resource: "pods" },
      namespace: "team-a",
      operation: "CREATE",
      userInfo: { username: "someone" },
      object,
      oldObject: null,
      dryRun: false,
      ...request,
    },
  };
}
