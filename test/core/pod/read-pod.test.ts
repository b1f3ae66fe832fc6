import t from "tap";
import { readPod } from "../../../src/core/pod/read-pod.ts";

const ACCEPTED: readonly (readonly [string, unknown])[] = [
  ["no metadata, no containers", { spec: {} }],
  [
    "nulls, which Kubernetes reads as absent",
    { metadata: null, spec: { containers: null, imagePullSecrets: null } },
  ],
  [
    "a container without image, as workload controllers may fill it in",
    { spec: { containers: [{ name: "a" }] } },
  ],
  ["an image that is null", { spec: { containers: [{ image: null }] } }],
  ["a volume of another kind", { spec: { volumes: [{ name: "v", emptyDir: {} }, { rbd: { image: 1 } }] } }],
  ["unknown fields", { spec: { containers: [], novelty: { image: 1 } }, other: true }],
];

const REFUSED: readonly (readonly [unknown, string])[] = [
  [null, "pod must be an object"],
  [[], "pod must be an object"],
  ["text", "pod must be an object"],
  [{}, "pod.spec must be an object"],
  [{ spec: [] }, "pod.spec must be an object"],
  [{ metadata: "x", spec: {} }, "pod.metadata must be an object"],
  [{ metadata: { labels: [] }, spec: {} }, "pod.metadata.labels must be an object"],
  [{ metadata: { annotations: 1 }, spec: {} }, "pod.metadata.annotations must be an object"],
  [{ metadata: { name: 1 }, spec: {} }, "pod.metadata.name must be a string"],
  [{ metadata: { generateName: {} }, spec: {} }, "pod.metadata.generateName must be a string"],
  [{ spec: { containers: "x" } }, "pod.spec.containers must be a list"],
  [{ spec: { containers: {} } }, "pod.spec.containers must be a list"],
  [{ spec: { containers: [null] } }, "pod.spec.containers[0] must be an object"],
  [{ spec: { containers: [{}, { image: 1 }] } }, "pod.spec.containers[1].image must be a string"],
  [{ spec: { initContainers: [{ image: [] }] } }, "pod.spec.initContainers[0].image must be a string"],
  [
    { spec: { ephemeralContainers: [{ image: {} }] } },
    "pod.spec.ephemeralContainers[0].image must be a string",
  ],
  [{ spec: { volumes: [{ image: "x" }] } }, "pod.spec.volumes[0].image must be an object"],
  [
    { spec: { volumes: [{ image: { reference: 1 } }] } },
    "pod.spec.volumes[0].image.reference must be a string",
  ],
  [{ spec: { imagePullSecrets: {} } }, "pod.spec.imagePullSecrets must be a list"],
  [{ spec: { imagePullSecrets: ["x"] } }, "pod.spec.imagePullSecrets[0] must be an object"],
  [{ spec: { imagePullSecrets: [{ name: 1 }] } }, "pod.spec.imagePullSecrets[0].name must be a string"],
];

t.test("a Pod is read with", async (t) => {
  for (const [name, value] of ACCEPTED) t.match(readPod(value, "pod"), { ok: true, pod: value }, name);
});

t.test("a Pod that no API server would send is refused, with the place", async (t) => {
  for (const [value, problem] of REFUSED) t.same(readPod(value, "pod"), { ok: false, problem }, problem);
});
