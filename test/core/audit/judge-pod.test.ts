import t from "tap";
import type { AuditWorld } from "../../../src/core/audit/audit-world.ts";
import { readAuditedPod, templatePod } from "../../../src/core/audit/audited-pod.ts";
import { judgePod } from "../../../src/core/audit/judge-pod.ts";
import type { PullSecretFacts } from "../../../src/core/audit/pull-secret-facts.ts";
import { createRegistryCover } from "../../../src/core/audit/registry-cover.ts";
import type { JsonObject } from "../../../src/core/json/json-object.ts";
import { bareNamespace } from "../../../src/core/namespace/namespace.ts";
import { config } from "../../builders/config.ts";

const CONFIG = config([
  { name: "harbor", matchImages: ["harbor.example.com/team"], secretName: "harbor-pull" },
  { name: "debug", matchImages: ["debug.example.com"], inject: "always", namespaces: { include: ["open"] } },
]);
const IMAGE = "harbor.example.com/team/a";

const GOOD: PullSecretFacts = {
  isManaged: true,
  isStale: false,
  reading: "read",
  problem: "",
  serves: (repository) => repository.startsWith("harbor.example.com/"),
};
const SECRETS: Readonly<Record<string, Readonly<Record<string, PullSecretFacts>>>> = {
  good: { "harbor-pull": GOOD },
  stale: { "harbor-pull": { ...GOOD, isStale: true } },
  foreign: { "harbor-pull": { ...GOOD, isManaged: false } },
  broken: { "harbor-pull": { ...GOOD, reading: "refused", problem: "it is no JSON", serves: () => false } },
  opaque: {
    mine: { ...GOOD, isManaged: false, reading: "ignored", problem: "is Opaque", serves: () => false },
  },
  keyless: { "harbor-pull": { ...GOOD, serves: () => false } },
  other: { mine: { ...GOOD, isManaged: false } },
};
const WORLD: AuditWorld = {
  config: CONFIG,
  ownNamespace: "pullcred",
  covers: createRegistryCover(CONFIG.mappings),
  namespace: bareNamespace,
  pullSecret: (namespace, name) =>
    namespace === "dark" ? "unknown" : (SECRETS[namespace]?.[name] ?? "missing"),
  mountable: (_, account) => (account === "strict" ? new Set() : "any"),
};

type Parts = {
  readonly namespace?: string;
  readonly image?: string;
  readonly secrets?: readonly string[];
  readonly policy?: string;
  readonly state?: object;
  readonly spec?: object;
  readonly metadata?: object;
};

function podObject({
  namespace = "good",
  image = IMAGE,
  secrets = [],
  policy,
  state,
  spec,
  metadata,
}: Parts): JsonObject {
  return {
    kind: "Pod",
    metadata: { name: "app", namespace, uid: "u-1", ...metadata },
    spec: {
      containers: [{ name: "app", image, ...(policy && { imagePullPolicy: policy }) }],
      imagePullSecrets: secrets.map((name) => ({ name })),
      ...spec,
    },
    status: { containerStatuses: [{ name: "app", state: state ?? {} }] },
  };
}

function judge(parts: Parts): readonly string[] {
  const read = readAuditedPod(podObject(parts), "");
  if (!read.ok) throw new Error(read.problem);
  return judgePod(read.pod, WORLD).findings.map(({ kind, severity }) => `${kind} ${severity}`);
}

const RUNNING = { running: { startedAt: "2026-01-01T00:00:00Z" } };
const BACK_OFF = { waiting: { reason: "ImagePullBackOff" } };

const ROWS: readonly (readonly [string, Parts, readonly string[]])[] = [
  ["names what it needs", { secrets: ["harbor-pull"] }, []],
  ["was made without it", {}, ["NotInjected warning"]],
  ["was made without it and waits", { state: BACK_OFF }, ["NotInjected error"]],
  [
    "was made without it and waits for the image of a volume",
    {
      image: "quay.io/a",
      state: BACK_OFF,
      spec: {
        containers: [{ name: "app", image: "quay.io/a", volumeMounts: [{ name: "model" }] }],
        volumes: [{ name: "model", image: { reference: IMAGE } }],
      },
    },
    ["NotInjected error", "ImageNotCovered error"],
  ],
  [
    "runs without it from the node's cache",
    { state: RUNNING, policy: "IfNotPresent" },
    ["NotInjected warning", "CachedImage warning"],
  ],
  [
    "never pulls, and runs",
    { state: RUNNING, policy: "Never" },
    ["NotInjected warning", "CachedImage warning"],
  ],
  ["runs after a pull", { state: RUNNING, policy: "Always" }, ["NotInjected warning"]],
  [
    "runs with a secret of other hand that serves the image",
    { namespace: "other", secrets: ["mine"], state: RUNNING, policy: "IfNotPresent" },
    ["NotInjected warning"],
  ],
  [
    "names one that is not there",
    { namespace: "empty", secrets: ["harbor-pull"] },
    ["PullSecretMissing error"],
  ],
  [
    "names one of other hand that is not there",
    { secrets: ["harbor-pull", "gone"] },
    ["PullSecretMissing warning"],
  ],
  ["names one with an empty name, which kubelet skips", { secrets: ["harbor-pull", ""] }, []],
  ["names a stale copy", { namespace: "stale", secrets: ["harbor-pull"] }, ["PullSecretStale warning"]],
  ["names a foreign one", { namespace: "foreign", secrets: ["harbor-pull"] }, ["PullSecretForeign warning"]],
  ["names a broken one", { namespace: "broken", secrets: ["harbor-pull"] }, ["PullSecretBroken error"]],
  [
    "names one that kubelet ignores",
    { namespace: "opaque", image: "quay.io/a", secrets: ["mine"] },
    ["PullSecretIgnored warning", "ImageNotCovered info"],
  ],
  [
    "names one without a key for the image",
    { namespace: "keyless", secrets: ["harbor-pull"] },
    ["NoKeyForImage error"],
  ],
  ["nobody could look at its secrets", { namespace: "dark", secrets: ["harbor-pull", "mine"] }, []],
  [
    "its ServiceAccount forbids the secret",
    { spec: { serviceAccountName: "strict" } },
    ["SecretNotMountable warning"],
  ],
  ["has an image of a registry without a mapping", { image: "reg.corp/a" }, ["ImageNotCovered warning"]],
  ["and waits for it", { image: "reg.corp/a", state: BACK_OFF }, ["ImageNotCovered error"]],
  ["has a public image", { image: "nginx" }, ["ImageNotCovered info"]],
  ["has an image of another path of a mapping's registry", { image: "harbor.example.com/free/a" }, []],
  ["has what is no image", { image: "Not Valid" }, ["InvalidImage error"]],
  [
    "lacks what every Pod of the namespace gets",
    { namespace: "open", image: "harbor.example.com/x" },
    ["NotInjected info"],
  ],
  ["opted out", { metadata: { labels: { "pullcred.dev/inject": "false" } }, image: "reg.corp/a" }, []],
  ["is pullcred's own", { namespace: "pullcred" }, []],
  ["mirrors a static Pod", { metadata: { annotations: { "kubernetes.io/config.mirror": "x" } } }, []],
];

for (const [what, parts, expected] of ROWS) {
  t.test(`a Pod that ${what}`, async (t) => t.same(judge(parts), expected));
}

t.test("of a Pod that is yet to be made, what the webhook will do is no fault", async (t) => {
  const unmade = { namespace: "empty", metadata: { uid: undefined } };
  t.same(judge(unmade), ["NotInjected info"]);
  t.same(judge({ ...unmade, secrets: ["harbor-pull"] }), []);
  t.same(judge({ ...unmade, secrets: ["harbor-pull", "gone"] }), ["PullSecretMissing warning"]);
  // No copy comes where nothing of the Pod needs it.
  const optedOut = { uid: undefined, labels: { "pullcred.dev/inject": "false" } };
  t.same(judge({ ...unmade, secrets: ["harbor-pull"], metadata: optedOut }), ["PullSecretMissing error"]);
  t.match(judge({ ...unmade, secrets: ["harbor-pull"], image: "nginx" }), ["PullSecretMissing error"]);
  t.match(judge({ ...unmade, secrets: ["pullcred-debug"] }), ["NotInjected info", "PullSecretMissing error"]);
});

t.test("of a template neither", async (t) => {
  const pod = (secrets: readonly string[]) => ({
    spec: { containers: [{ image: IMAGE }], imagePullSecrets: secrets.map((name) => ({ name })) },
  });
  const kinds = (secrets: readonly string[]): readonly string[] =>
    judgePod(templatePod(pod(secrets), "empty", "Deployment", "shop"), WORLD).findings.map(
      ({ kind, severity, owner, name }) => `${kind} ${severity} ${owner} ${name}`,
    );
  t.same(kinds([]), ["NotInjected info Deployment/shop shop"]);
  t.same(kinds(["harbor-pull"]), [], "the webhook makes the copy when it sees the Pod");
  t.same(kinds(["harbor-pull", "gone"]), ["PullSecretMissing warning Deployment/shop shop"]);
});

t.test("a finding says which Pod, of whom, and how to mend it", async (t) => {
  const owners: readonly (readonly [readonly object[], string | null, RegExp])[] = [
    [[], null, /delete it, and create it again/],
    [[{ kind: "ReplicaSet", name: "app-1", controller: true }], "ReplicaSet/app-1", /restart its Deployment/],
    [[{ kind: "DaemonSet", name: "agent", controller: true }], "DaemonSet/agent", /restart its DaemonSet/],
    [[{ kind: "Job", name: "once", controller: true }], "Job/once", /delete it: Job\/once makes another one/],
    [[{ kind: "Pod", name: "friend" }], null, /delete it, and create it again/],
  ];
  for (const [ownerReferences, owner, remedy] of owners) {
    const read = readAuditedPod(podObject({ metadata: { ownerReferences } }), "");
    const [finding] = read.ok ? judgePod(read.pod, WORLD).findings : [];
    t.match(finding, {
      kind: "NotInjected",
      namespace: "good",
      name: "app",
      owner,
      mapping: "harbor",
      secretName: "harbor-pull",
      image: IMAGE,
      remedy,
    });
  }
});
