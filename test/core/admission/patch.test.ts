import patchLibrary from "fast-json-patch";
import t from "tap";
import { pullSecretPatch } from "../../../src/core/admission/patch.ts";

const LIST = "/spec/imagePullSecrets";

t.test("a list is made only where there is none", async (t) => {
  for (const existing of [undefined, null, []]) {
    t.same(pullSecretPatch(existing, ["a", "b"], "/spec"), [
      { op: "add", path: LIST, value: [{ name: "a" }, { name: "b" }] },
    ]);
  }
});

t.test("names are appended to a list, each once, and never those that are in it", async (t) => {
  const existing = [{ name: "mine" }, {}, { name: "a" }];
  t.same(pullSecretPatch(existing, ["a", "b", "b"], "/spec"), [
    { op: "add", path: `${LIST}/-`, value: { name: "b" } },
  ]);
  t.same(pullSecretPatch(existing, ["a"], "/spec"), []);
  t.same(pullSecretPatch(undefined, [], "/spec"), []);
});

t.test("an independent implementation of JSON Patch applies it", async (t) => {
  const document = { spec: { imagePullSecrets: [{ name: "mine" }] } };
  const patch = pullSecretPatch(document.spec.imagePullSecrets, ["a", "b"], "/spec");
  const { newDocument } = patchLibrary.applyPatch(document, patch as patchLibrary.Operation[], true);
  t.same(newDocument.spec.imagePullSecrets, [{ name: "mine" }, { name: "a" }, { name: "b" }]);
});
