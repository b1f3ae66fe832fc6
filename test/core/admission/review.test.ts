import t from "tap";
import { parseReview } from "../../../src/core/admission/review.ts";
import { pod } from "../../builders/pod.ts";
import { review } from "../../builders/review.ts";

const UID = "705ab4f5-6393-11e8-b7cc-42010a800002";

t.test("a review is read, and unknown fields are ignored", async (t) => {
  const object = pod();
  t.same(parseReview({ ...review(object, { novelty: 1 }), novelty: 2 }), {
    ok: true,
    request: {
      uid: UID,
      operation: "CREATE",
      namespace: "team-a",
      dryRun: false,
      isPod: true,
      subResource: "",
      object,
    },
  });
});

t.test("absent optional fields have the values that Go gives them", async (t) => {
  const parsed = parseReview(review(null, { namespace: undefined, dryRun: null, object: null }));
  t.match(parsed, {
    ok: true,
    request: { namespace: "", dryRun: false, object: undefined, subResource: "" },
  });
});

t.test("only the core group's pods are Pods", async (t) => {
  const kinds = [
    [{ version: "v1", resource: "pods" }, true],
    [{ group: "", version: "v1", resource: "pods" }, true],
    [{ group: "metrics.k8s.io", version: "v1", resource: "pods" }, false],
    [{ group: "apps", version: "v1", resource: "deployments" }, false],
  ] as const;
  for (const [resource, isPod] of kinds) {
    t.match(parseReview(review(pod(), { resource })), { request: { isPod } }, JSON.stringify(resource));
  }
});

t.test("what is no AdmissionReview v1 is refused, with the uid where there is one", async (t) => {
  const valid = review(pod());
  const rows: readonly (readonly [unknown, string | null, string])[] = [
    [null, null, "the body must be an AdmissionReview object"],
    [[valid], null, "the body must be an AdmissionReview object"],
    ["AdmissionReview", null, "the body must be an AdmissionReview object"],
    [{}, null, "kind must be AdmissionReview"],
    [{ ...valid, kind: "Pod" }, UID, "kind must be AdmissionReview"],
    [
      { ...valid, apiVersion: "admission.k8s.io/v1beta1" },
      UID,
      'apiVersion must be admission.k8s.io/v1: set admissionReviewVersions to ["v1"]',
    ],
    [{ ...valid, request: undefined }, null, "request must be an object"],
    [{ ...valid, request: [] }, null, "request must be an object"],
    [review(pod(), { uid: undefined }), null, "request.uid must be a non-empty string"],
    [review(pod(), { uid: "" }), null, "request.uid must be a non-empty string"],
    [review(pod(), { uid: 7 }), null, "request.uid must be a non-empty string"],
    [review(pod(), { operation: 1 }), UID, "request.operation must be a string"],
    [review(pod(), { resource: "pods" }), UID, "request.resource must be an object"],
    [review(pod(), { namespace: 1 }), UID, "request.namespace must be the name of a namespace"],
    [review(pod(), { namespace: "../../etc" }), UID, "request.namespace must be the name of a namespace"],
    [review(pod(), { namespace: "a".repeat(64) }), UID, "request.namespace must be the name of a namespace"],
    [review(pod(), { dryRun: "true" }), UID, "request.dryRun must be a boolean"],
    [review(pod(), { subResource: {} }), UID, "request.subResource must be a string"],
  ];
  for (const [body, uid, problem] of rows) {
    t.same(
      parseReview(body),
      { ok: false, uid, problem },
      `${problem} (${JSON.stringify(body)?.slice(0, 60)})`,
    );
  }
});
