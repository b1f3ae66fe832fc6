import fc from "fast-check";
import t from "tap";
import { parseReview } from "../../src/core/admission/review.ts";
import { bareNamespace } from "../../src/core/namespace/namespace.ts";
import { readPod } from "../../src/core/pod/read-pod.ts";
import { decide } from "../../src/core/policy/decide.ts";
import { config } from "../builders/config.ts";
import { numRuns } from "./runs.ts";

const CONFIG = config([
  { name: "a", matchImages: ["*.example.com"] },
  { name: "b", matchImages: ["docker.io/acme/"], inject: "always" },
]);
const key = fc.constantFrom(
  ...[
    "apiVersion",
    "kind",
    "request",
    "uid",
    "namespace",
    "operation",
    "resource",
    "object",
    "metadata",
    "spec",
  ],
  ...[
    "containers",
    "volumes",
    "image",
    "reference",
    "name",
    "imagePullSecrets",
    "annotations",
    "labels",
    "__proto__",
  ],
);
const leaf = fc.constantFrom(
  "admission.k8s.io/v1",
  "AdmissionReview",
  "pods",
  "CREATE",
  "team-a",
  "a.example.com/x",
  "",
  null,
  1,
  true,
);
const anything = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "medium" },
    leaf,
    fc.string(),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(key, tie("any"), { maxKeys: 5 }),
  ),
})).any;

t.test("no body makes the reading of a review throw", async () => {
  fc.assert(
    fc.property(anything, (body) => {
      const parsed = parseReview(body);
      if (parsed.ok && parsed.request.uid === "") throw new Error("a review without uid");
    }),
    { numRuns },
  );
});

t.test("a Pod that is read can be decided on, and then needs nothing more", async () => {
  const pods = fc.oneof(anything, fc.record({ metadata: anything, spec: fc.dictionary(key, anything) }));
  fc.assert(
    fc.property(pods, (value) => {
      const read = readPod(value, "pod");
      if (!read.ok) return;
      const { missing } = decide(read.pod, bareNamespace("team-a"), "pullcred", CONFIG);
      const imagePullSecrets = [
        ...(read.pod.spec.imagePullSecrets ?? []),
        ...missing.map((name) => ({ name })),
      ];
      const again = decide(
        { ...read.pod, spec: { ...read.pod.spec, imagePullSecrets } },
        bareNamespace("team-a"),
        "pullcred",
        CONFIG,
      );
      if (again.missing.length > 0) throw new Error("not idempotent");
    }),
    { numRuns },
  );
});
