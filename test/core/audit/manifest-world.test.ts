import t from "tap";
import { readManifestWorld } from "../../../src/core/audit/manifest-world.ts";
import { readObjects } from "../../../src/core/audit/read-objects.ts";

const YAML = `
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Secret
  metadata: {name: mine, namespace: team-a, labels: {a: b}}
  type: kubernetes.io/dockercfg
  data: {.dockercfg: b25l, other: eA==}
  stringData: {.dockercfg: two}
- apiVersion: v1
  kind: Namespace
  metadata: {name: team-a, labels: {tier: app}}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: shop, namespace: team-a}
  spec: {template: {spec: {containers: [{image: a}]}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default}
imagePullSecrets: [{name: mine}]
---
# nothing
`;

function read(text: string): ReturnType<typeof readManifestWorld> {
  const objects = readObjects(text, "m.yaml");
  if (!objects.ok) throw new Error(JSON.stringify(objects.problems));
  return readManifestWorld(objects.objects, "fallback");
}

t.test("objects are found in streams and lists, as what they are", async (t) => {
  const world = read(YAML);
  t.same(world.problems, []);
  t.match(world.pods, [{ name: "shop", namespace: "team-a", owner: "Deployment/shop", isTemplate: true }]);
  t.match(world.secrets.get("team-a/mine"), {
    type: "kubernetes.io/dockercfg",
    data: { ".dockercfg": "dHdv", other: "eA==" },
  });
  t.match(world.namespaces.get("team-a"), {
    labels: { tier: "app", "kubernetes.io/metadata.name": "team-a" },
  });
  t.same([...world.serviceAccounts.keys()], ["fallback/default"]);
});

t.test("JSON, and the items of a typed list that do not say what they are", async (t) => {
  const pod = { metadata: { name: "a", namespace: "n" }, spec: { containers: [{ image: "x" }] } };
  const world = read(
    JSON.stringify({ apiVersion: "v1", kind: "PodList", items: [pod, { ...pod, spec: 1 }] }),
  );
  t.match(world.pods, [{ name: "a", namespace: "n", isTemplate: false }]);
  t.same(world.problems, ["m.yaml:1:174: could not read Pod a: Pod.spec must be an object"]);
});

t.test(
  "a Pod that names no pull secret has those of its ServiceAccount, unless it was made already",
  async (t) => {
    const account = {
      kind: "ServiceAccount",
      metadata: { name: "default" },
      imagePullSecrets: [{ name: "mine" }],
    };
    const pod = (metadata: object, spec: object) => ({
      kind: "Pod",
      metadata,
      spec: { containers: [], ...spec },
    });
    const { pods } = readManifestWorld(
      [
        account,
        pod({ name: "new" }, {}),
        pod({ name: "named" }, { imagePullSecrets: [{ name: "own" }] }),
        pod({ name: "made", uid: "u-1" }, {}),
        pod({ name: "elsewhere", namespace: "n" }, {}),
        pod({ name: "other" }, { serviceAccountName: "other" }),
      ].map((object) => ({ object, place: () => "m.yaml" })),
      "fallback",
    );
    t.same(
      pods.map(({ name, pod: { spec } }) => [name, spec.imagePullSecrets?.map((one) => one.name)]),
      [
        ["new", ["mine"]],
        ["named", ["own"]],
        ["made", undefined],
        ["elsewhere", undefined],
        ["other", undefined],
      ],
    );
  },
);

t.test("what cannot be read is told by its place", async (t) => {
  t.match(readObjects("a: [\n", "m.yaml"), { ok: false, problems: [{ line: 2 }] });
});

t.test("of a text that is no editor's, only the name is told", async (t) => {
  const pods = { apiVersion: "v1", kind: "PodList", items: [{ metadata: { name: "a" }, spec: 1 }] };
  const text = JSON.stringify(pods).padEnd(5_000_000);
  t.same(read(text).problems, ["m.yaml: could not read Pod a: Pod.spec must be an object"]);
});
