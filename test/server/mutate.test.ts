import { readFileSync } from "node:fs";
import patchLibrary from "fast-json-patch";
import t from "tap";
import type { CopyResult } from "../../src/core/copy/copy-result.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";
import { ensuring, startWebhook } from "../builders/webhook.ts";

const UID = "705ab4f5-6393-11e8-b7cc-42010a800002";

/** The whole answer that allows the object as it is. */
function unchanged(reason: string, secrets = ""): unknown {
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: { uid: UID, allowed: true, auditAnnotations: { reason, secrets } },
  };
}

function changed(operations: unknown, secrets: string, warnings?: readonly string[]): unknown {
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: {
      uid: UID,
      allowed: true,
      patchType: "JSONPatch",
      patch: Buffer.from(JSON.stringify(operations)).toString("base64"),
      ...(warnings && { warnings }),
      auditAnnotations: { reason: "Injected", secrets },
    },
  };
}

t.test("whole answers", async (t) => {
  const webhook = await startWebhook(t);
  const harbor = pod({ images: ["harbor.example.com/app:1"] });
  const rows: readonly (readonly [string, unknown, unknown])[] = [
    [
      "a Pod without pull secrets gets a list",
      review(harbor),
      changed(
        [{ op: "add", path: "/spec/imagePullSecrets", value: [{ name: "harbor-pull" }] }],
        "harbor-pull",
      ),
    ],
    [
      "a Pod with pull secrets keeps them, and gets more at the end",
      review(pod({ images: ["harbor.example.com/app", "acme/app"], pullSecrets: ["mine"] })),
      changed(
        [
          { op: "add", path: "/spec/imagePullSecrets/-", value: { name: "harbor-pull" } },
          { op: "add", path: "/spec/imagePullSecrets/-", value: { name: "hub-pull" } },
        ],
        "harbor-pull,hub-pull",
      ),
    ],
    [
      "a dry run gets the same",
      review(harbor, { dryRun: true }),
      changed(
        [{ op: "add", path: "/spec/imagePullSecrets", value: [{ name: "harbor-pull" }] }],
        "harbor-pull",
      ),
    ],
    [
      "a Pod that has all is left alone",
      review(pod({ images: ["acme/app"], pullSecrets: ["hub-pull"] })),
      unchanged("AlreadyPresent", "hub-pull"),
    ],
    [
      "other images are left alone",
      review(pod({ images: ["quay.io/app"] })),
      unchanged("NoMatchingRegistry"),
    ],
    [
      "a mirror Pod is left alone",
      review(pod({ images: ["acme/app"], annotations: { "kubernetes.io/config.mirror": "x" } })),
      unchanged("MirrorPod"),
    ],
    [
      "a Pod that opted out is left alone",
      review(pod({ images: ["acme/app"], labels: { "pullcred.dev/inject": "false" } })),
      unchanged("OptedOut"),
    ],
    [
      "pullcred's own Pods are left alone",
      review(harbor, { namespace: "pullcred" }),
      unchanged("OwnNamespace"),
    ],
    [
      "kube-system is left alone",
      review(harbor, { namespace: "kube-system" }),
      unchanged("NamespaceExcluded"),
    ],
    [
      "an UPDATE is left alone",
      review(harbor, { operation: "UPDATE", oldObject: harbor }),
      unchanged("NotACreate"),
    ],
    ["a DELETE without object is left alone", review(null, { operation: "DELETE" }), unchanged("NotACreate")],
    [
      "a CONNECT is left alone",
      review({ kind: "PodExecOptions" }, { operation: "CONNECT", subResource: "exec" }),
      unchanged("Subresource"),
    ],
    [
      "ephemeral containers of a running Pod are left alone",
      review(harbor, { operation: "UPDATE", subResource: "ephemeralcontainers" }),
      unchanged("Subresource"),
    ],
    [
      "another resource is left alone",
      review({ kind: "Deployment" }, { resource: { group: "apps", version: "v1", resource: "deployments" } }),
      unchanged("NotAPod"),
    ],
  ];
  for (const [name, body, expected] of rows) {
    const answer = await webhook.review(body);
    t.equal(answer.status, 200, name);
    t.same(answer.body, expected, name);
  }
});

t.test("what the copies came to is told in warnings, and the Pod is admitted all the same", async (t) => {
  let result: CopyResult = "CopyCurrent";
  const webhook = await startWebhook(
    t,
    ensuring(async () => ({ result })),
  );
  const rows: readonly (readonly [CopyResult, string | undefined])[] = [
    ["CopyCurrent", undefined],
    ["CopyWritten", undefined],
    ["NamespaceTerminating", undefined],
    ["ForeignSecret", "pullcred: Secret hub-pull is not managed by pullcred: it is used as it is"],
    ["NoCredential", "pullcred: registry hub has no credential yet: Secret hub-pull follows when it has"],
    ["CopyFailed", "pullcred: Secret hub-pull could not be written: it is tried again in the background"],
    ["CopyDelayed", "pullcred: Secret hub-pull is not up to date yet: it is being written in the background"],
  ];
  const patch = [{ op: "add", path: "/spec/imagePullSecrets", value: [{ name: "hub-pull" }] }];
  for (const [next, warning] of rows) {
    result = next;
    const { body } = await webhook.review(review(pod({ images: ["acme/app"] })));
    t.same(body, changed(patch, "hub-pull", warning === undefined ? undefined : [warning]), next);
  }
});

t.test("an image that is no reference never denies a Pod", async (t) => {
  const webhook = await startWebhook(t);
  const { status, body } = await webhook.review(review(pod({ images: ["Not An Image", "acme/app"] })));
  t.equal(status, 200);
  t.same(
    body,
    changed([{ op: "add", path: "/spec/imagePullSecrets", value: [{ name: "hub-pull" }] }], "hub-pull", [
      "pullcred: spec.containers[0].image is not a valid image reference: no pull secret for it",
    ]),
  );
});

t.test("applying the patch and asking again changes nothing more", async (t) => {
  const webhook = await startWebhook(t);
  const before = pod({ images: ["acme/app", "harbor.example.com/app"], pullSecrets: ["mine"] });
  const first = await webhook.review(review(before));
  const { patch } = (first.body as { response: { patch: string } }).response;
  const operations = JSON.parse(Buffer.from(patch, "base64").toString());
  const after = patchLibrary.applyPatch(structuredClone(before), operations, true).newDocument;
  t.same(after.spec.imagePullSecrets, [{ name: "mine" }, { name: "harbor-pull" }, { name: "hub-pull" }]);
  const second = await webhook.review(review(after));
  t.same(second.body, unchanged("AlreadyPresent", "harbor-pull,hub-pull"));
});

t.test("the copy is asked for with the mapping, the namespace, dryRun and half of the timeout", async (t) => {
  const asked: unknown[] = [];
  const webhook = await startWebhook(
    t,
    ensuring(async (mapping, namespace, dryRun, deadline) => {
      asked.push([mapping.name, namespace.name, dryRun, deadline]);
      return { result: "CopyCurrent" };
    }),
  );
  const body = JSON.stringify(review(pod({ images: ["acme/app"] }), { dryRun: true }));
  await webhook.send({ body, path: "/mutate?timeout=4s" });
  t.same(asked, [["hub", "team-a", true, 2_000]]);
});

t.test("a copy is also looked after where the Pod names the Secret already", async (t) => {
  const asked: string[] = [];
  const webhook = await startWebhook(
    t,
    ensuring(async ({ name }) => {
      asked.push(name);
      return { result: "CopyCurrent" };
    }),
  );
  await webhook.review(review(pod({ images: ["acme/app"], pullSecrets: ["hub-pull"] })));
  t.same(asked, ["hub"]);
});

t.test("the labels of the namespace count", async (t) => {
  const webhook = await startWebhook(t);
  webhook.namespaces.load("team-a", {
    name: "team-a",
    labels: { "pullcred.dev/inject": "false" },
    annotations: {},
    terminating: false,
  });
  const { body } = await webhook.review(review(pod({ images: ["acme/app"] })));
  t.same(body, unchanged("OptedOut"));
});

t.test("a namespace that nobody knows yet has its name, and no other label", async (t) => {
  const webhook = await startWebhook(t, {
    namespaces: {
      peek: () => undefined,
      get: async () => undefined,
      list: () => [],
      watch: () => () => undefined,
    },
  });
  const { body } = await webhook.review(review(pod({ images: ["acme/app"] })));
  t.match(body, { response: { auditAnnotations: { reason: "Injected" } } });
});

t.test(
  "an unexpected error is a 500 with the uid, so that failurePolicy decides, and is logged",
  async (t) => {
    const webhook = await startWebhook(
      t,
      ensuring(() => Promise.reject(new Error("bug"))),
    );
    const { status, body } = await webhook.review(review(pod({ images: ["acme/app"] })));
    t.equal(status, 500);
    t.same(body, {
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      code: 500,
      reason: "InternalError",
      message: "pullcred: could not answer the review",
      details: { uid: UID },
    });
    t.match(webhook.lines, [{ msg: "could not answer a review", uid: UID, err: { message: "bug" } }]);
    const next = await webhook.review(review(pod({ images: ["quay.io/app"] })));
    t.equal(next.status, 200);
  },
);

t.test("a routine review is logged for debugging only, one with warnings by default", async (t) => {
  const webhook = await startWebhook(t);
  await webhook.review(review(pod({ images: ["acme/app"] })));
  await webhook.review(review(pod({ images: ["NOT AN IMAGE"] })));
  t.match(webhook.lines, [
    { level: 20, reason: "Injected", unreadable: 0 },
    { level: 30, reason: "NoMatchingRegistry", unreadable: 1 },
  ]);
});

t.test("one line is logged a review, with the reasons and without the Pod", async (t) => {
  const webhook = await startWebhook(t);
  const given = pod({ images: ["acme/app"], annotations: { note: "hidden-note" } });
  await webhook.review(review(given));
  t.equal(webhook.lines.length, 1);
  t.match(webhook.lines[0], {
    msg: "review",
    uid: UID,
    namespace: "team-a",
    pod: "app",
    reason: "Injected",
    secrets: "hub-pull",
    added: 1,
    copies: ["CopyCurrent"],
    dryRun: false,
  });
  t.notMatch(JSON.stringify(webhook.lines), /hidden-note|imagePullSecrets/);
});

t.test("reviews are counted by reason", async (t) => {
  const webhook = await startWebhook(t);
  await webhook.review(review(pod({ images: ["acme/app"] })));
  await webhook.review(review(pod({ images: ["quay.io/app"] })));
  await webhook.review({});
  const text = await webhook.metrics.registry.metrics();
  t.match(text, /pullcred_reviews_total\{reason="Injected"\} 1/);
  t.match(text, /pullcred_reviews_total\{reason="NoMatchingRegistry"\} 1/);
  t.match(text, /pullcred_review_failures_total\{status="400"\} 1/);
  t.match(text, /pullcred_review_duration_seconds_count 2/);
});

t.test("the sample of the quick start gets its patch", async (t) => {
  const webhook = await startWebhook(t);
  const sample = readFileSync(new URL("../../examples/standalone/review.json", import.meta.url), "utf8");
  const { body } = await webhook.send({ body: sample });
  t.match(body, { response: { patchType: "JSONPatch", auditAnnotations: { secrets: "harbor-pull" } } });
});
