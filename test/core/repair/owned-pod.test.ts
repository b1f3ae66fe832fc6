import t from "tap";
import { readOwnedPod } from "../../../src/core/repair/owned-pod.ts";
import { type StuckPodParts, stuckPodObject } from "../../builders/stuck-pod.ts";

const IMAGE = "harbor.example.com/app:1";

function owned(apiVersion: string, kind: string, isController: object = { controller: true }): StuckPodParts {
  return { metadata: { ownerReferences: [{ apiVersion, kind, name: "shop", uid: "u", ...isController }] } };
}

t.test("only a Pod that its controller is known to replace is read", async (t) => {
  const rows: readonly (readonly [string, StuckPodParts, boolean])[] = [
    ["of a ReplicaSet", owned("apps/v1", "ReplicaSet"), true],
    ["of a StatefulSet", owned("apps/v1", "StatefulSet"), true],
    ["of a DaemonSet", owned("apps/v1", "DaemonSet"), true],
    ["of a ReplicationController", owned("v1", "ReplicationController"), true],
    ["of a Job", owned("batch/v1", "Job"), true],
    ["of a CloneSet of OpenKruise", owned("apps.kruise.io/v1alpha1", "CloneSet"), true],
    ["bare", { metadata: { ownerReferences: undefined } }, false],
    [
      "that something owns and nothing controls",
      owned("apps/v1", "ReplicaSet", { controller: false }),
      false,
    ],
    ["whose owner does not say that it controls it", owned("apps/v1", "ReplicaSet", {}), false],
    ["of its Node, as a mirror Pod is", owned("v1", "Node"), false],
    ["of a TaskRun of Tekton", owned("tekton.dev/v1", "TaskRun"), false],
    ["of a ReplicaSet that is none of Kubernetes'", owned("example.com/v1", "ReplicaSet"), false],
    ["of another Pod", owned("v1", "Pod"), false],
    ["on its way out", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }, false],
  ];
  for (const [what, parts, isRead] of rows) {
    t.equal(readOwnedPod(stuckPodObject(parts)) !== undefined, isRead, `a Pod ${what}`);
  }
});

t.test("a Pod is stuck where a container waits for an image that was not pulled", async (t) => {
  const waiting = (reason: string, name = "app"): object => ({ name, state: { waiting: { reason } } });
  const other = { name: "other", image: "quay.io/b" };
  const rows: readonly (readonly [string, StuckPodParts, readonly string[]])[] = [
    ["the pull failed", { reason: "ErrImagePull" }, [IMAGE]],
    ["kubelet waits to try again", { reason: "ImagePullBackOff" }, [IMAGE]],
    ["its name is no image reference", { reason: "InvalidImageName" }, []],
    ["it is never to be pulled", { reason: "ErrImageNeverPull" }, []],
    ["a program that ends again and again", { reason: "CrashLoopBackOff" }, []],
    ["it is on its way", { reason: "ContainerCreating" }, []],
    ["it runs", { reason: "" }, []],
    ["kubelet has told nothing yet", { status: { containerStatuses: undefined } }, []],
    [
      "an init container waits",
      {
        spec: { initContainers: [{ name: "init", image: "harbor.example.com/init" }] },
        status: {
          initContainerStatuses: [waiting("ErrImagePull", "init")],
          containerStatuses: [waiting("PodInitializing")],
        },
      },
      ["harbor.example.com/init"],
    ],
    [
      "one of two waits",
      {
        spec: { containers: [{ name: "app", image: IMAGE }, other] },
        status: { containerStatuses: [waiting("ErrImagePull"), { name: "other", state: { running: {} } }] },
      },
      [IMAGE],
    ],
    [
      "somebody looks at it with a container that waits",
      {
        reason: "",
        spec: { ephemeralContainers: [{ name: "debug", image: "harbor.example.com/debug" }] },
        status: {
          containerStatuses: undefined,
          ephemeralContainerStatuses: [waiting("ErrImagePull", "debug")],
        },
      },
      [],
    ],
    [
      "it mounts an image volume, which kubelet tells of in the same way",
      {
        spec: {
          containers: [{ name: "app", image: IMAGE, volumeMounts: [{ name: "model", mountPath: "/m" }] }],
          volumes: [
            { name: "model", image: { reference: "harbor.example.com/model" } },
            { name: "unused", image: { reference: "harbor.example.com/unused" } },
            { name: "tmp", emptyDir: {} },
          ],
        },
      },
      [IMAGE, "harbor.example.com/model"],
    ],
  ];
  for (const [what, parts, failing] of rows) {
    t.same([...(readOwnedPod(stuckPodObject(parts))?.failing ?? [])], failing, what);
  }
});

t.test("nothing but what is decided about is kept of it", async (t) => {
  const pod = readOwnedPod(
    stuckPodObject({
      secrets: ["theirs"],
      metadata: {
        labels: { app: "shop", "pullcred.dev/inject": "false" },
        annotations: { "big.example.com/text": "x".repeat(1_000), "kubernetes.io/config.mirror": "y" },
        managedFields: [{ manager: "kube-controller-manager" }],
      },
      spec: {
        serviceAccountName: "builder",
        containers: [
          { name: "app", image: IMAGE, env: [{ name: "TOKEN", value: "hunter2" }] },
          { name: "twin", image: IMAGE },
        ],
        initContainers: [{ name: "init", image: "harbor.example.com/init" }],
        ephemeralContainers: [{ name: "debug", image: "harbor.example.com/debug" }],
      },
    }),
  );
  t.same(pod, {
    namespace: "team-a",
    name: "shop-1",
    uid: "team-a/shop-1",
    version: "1",
    owner: { kind: "ReplicaSet", name: "shop", uid: "team-a/ReplicaSet/shop" },
    pod: {
      metadata: {
        labels: { "pullcred.dev/inject": "false" },
        annotations: { "kubernetes.io/config.mirror": "y" },
      },
      spec: {
        serviceAccountName: "builder",
        imagePullSecrets: [{ name: "theirs" }],
        containers: [{ image: IMAGE }, { image: "harbor.example.com/init" }],
      },
    },
    failing: new Set([IMAGE]),
  });
});
