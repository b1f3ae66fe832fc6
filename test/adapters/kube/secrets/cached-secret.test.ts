import t from "tap";
import {
  isSharedWithOthers,
  toCachedCopy,
  toSecret,
} from "../../../../src/adapters/kube/secrets/cached-secret.ts";
import { isManaged } from "../../../../src/core/copy/copy.ts";
import { dataOwner, kubeSecret, OURS } from "../../../builders/kube-secret.ts";

const DATA = { ".dockerconfigjson": "b25l" };
const SIGNS = { manager: "pullcred", isOthers: () => false };
const BY_US = dataOwner("pullcred", "Apply");
const BY_OTHER_RELEASE = dataOwner("pullcred-eu", "Apply");
const BY_KUBECTL = dataOwner("kubectl-client-side-apply", "Update");

t.test("what is kept of a Secret in memory", async (t) => {
  const rows = [
    ["a copy keeps its data", { managedFields: [BY_US] }, true, DATA],
    ["a copy is known by its labels alone", {}, true, DATA],
    [
      "a copy that lost one label is still one",
      { labels: { "pullcred.dev/registry": "harbor" } },
      true,
      DATA,
    ],
    [
      "a copy that lost its labels is known by what pullcred applied, and will be mended",
      { labels: {}, managedFields: [BY_KUBECTL, BY_US] },
      true,
      undefined,
    ],
    [
      "a foreign Secret keeps nothing but that it is there",
      { labels: { app: "x" }, managedFields: [BY_KUBECTL] },
      false,
      undefined,
    ],
    [
      "what pullcred did not apply is not its own, whatever the manager is called",
      { labels: {}, managedFields: [dataOwner("pullcred", "Update")] },
      false,
      undefined,
    ],
    [
      "pullcred's other fields do not make the data its own",
      { labels: {}, managedFields: [{ manager: "pullcred", operation: "Apply", fieldsV1: {} }] },
      false,
      undefined,
    ],
    ["one whose managed fields are not known", { labels: {} }, false, undefined],
    [
      "another release's that lost its owner is known by what that one applied",
      { managedFields: [BY_OTHER_RELEASE] },
      false,
      undefined,
    ],
    [
      "a copy whose data somebody else applied over pullcred's is still one",
      { managedFields: [BY_OTHER_RELEASE, { manager: "pullcred", operation: "Apply", fieldsV1: {} }] },
      true,
      DATA,
    ],
  ] as const;
  for (const [name, parts, managed, data] of rows) {
    const cached = toCachedCopy(kubeSecret(parts), SIGNS);
    t.equal(isManaged(cached), managed, name);
    t.same(cached.data, data, name);
  }
});

t.test("labels that somebody added stay beside the mark of one that lost pullcred's", async (t) => {
  const { metadata } = toCachedCopy(kubeSecret({ labels: { app: "x" }, managedFields: [BY_US] }), SIGNS);
  t.same(metadata.labels, { app: "x", "app.kubernetes.io/managed-by": "pullcred" });
});

t.test("no managed field, annotation or other metadata is kept", async (t) => {
  const object = kubeSecret({ managedFields: [BY_US] });
  const noisy = {
    ...object,
    metadata: { ...object.metadata, annotations: { note: "n" }, creationTimestamp: "2030-01-01T00:00:00Z" },
    immutable: false,
    stringData: { other: "thing" },
  };
  t.same(toSecret(noisy), {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "harbor-pull", namespace: "team-a", uid: "u-1", resourceVersion: "1", labels: OURS },
    type: "kubernetes.io/dockerconfigjson",
    data: DATA,
  });
});

t.test("what an origin says of its credential is kept", async (t) => {
  const object = kubeSecret();
  const ours = { "pullcred.dev/expires": "2030-01-01T00:00:00.000Z" };
  const annotations = { ...ours, "kubectl.kubernetes.io/last-applied-configuration": "{}" };
  t.same(toSecret({ ...object, metadata: { ...object.metadata, annotations } }).metadata.annotations, ours);
});

t.test("owners are kept: they show whether the garbage collector will find a copy", async (t) => {
  const owner = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name: "r", uid: "u-9" };
  const object = kubeSecret();
  const owned = { ...object, metadata: { ...object.metadata, ownerReferences: [owner] } };
  t.same(toCachedCopy(owned, SIGNS).metadata.ownerReferences, [owner]);
});

t.test("data is shared where anybody else than pullcred's apply has set it as well", async (t) => {
  const rows = [
    ["only pullcred", [BY_US], false],
    ["pullcred and kubectl", [BY_US, BY_KUBECTL], true],
    ["another apply", [BY_US, dataOwner("argocd", "Apply")], true],
    [
      "somebody's labels only",
      [BY_US, { manager: "x", operation: "Update", fieldsV1: { "f:metadata": {} } }],
      false,
    ],
    [
      "other keys of the data only",
      [BY_US, { manager: "x", fieldsV1: { "f:data": { "f:other": {} } } }],
      false,
    ],
    ["nobody is known", [], false],
  ] as const;
  for (const [name, managedFields, expected] of rows) {
    t.equal(isSharedWithOthers(kubeSecret({ managedFields }), "pullcred"), expected, name);
  }
});

t.test("that somebody has made a copy immutable is known", async (t) => {
  t.equal(toCachedCopy({ ...kubeSecret(), immutable: true }, SIGNS).immutable, true);
  t.notOk("immutable" in toCachedCopy(kubeSecret(), SIGNS));
});
