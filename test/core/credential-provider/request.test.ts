import t from "tap";
import { decodeRequest, encodeRequest } from "../../../src/core/credential-provider/request.ts";

const V1 = "credentialprovider.kubelet.k8s.io/v1";
const GOOD = { kind: "CredentialProviderRequest", apiVersion: V1, image: "reg.example.com/app" };

t.test("a request is written as kubelet writes it", async (t) => {
  t.same(JSON.parse(encodeRequest({ apiVersion: V1, image: "reg.example.com/app" })), GOOD);
});

t.test("requests of kubelet are read", async (t) => {
  const rows: readonly object[] = [
    {},
    { apiVersion: "credentialprovider.kubelet.k8s.io/v1beta1" },
    { apiVersion: "credentialprovider.kubelet.k8s.io/v1alpha1" },
    { serviceAccountToken: "jwt", serviceAccountAnnotations: { k: "v" } },
    { serviceAccountAnnotations: null },
    { fieldOfALaterKubelet: { of: ["any", "type"] } },
  ];
  for (const parts of rows) {
    const decoded = decodeRequest(JSON.stringify({ ...GOOD, ...parts }));
    t.match(decoded, { ok: true, request: { image: "reg.example.com/app" } }, JSON.stringify(parts));
  }
});

t.test("anything else is refused, with what it should be", async (t) => {
  const rows: readonly (readonly [object, RegExp])[] = [
    [{ kind: "Pod" }, /must have the kind CredentialProviderRequest/],
    [{ apiVersion: "v1" }, /must have an apiVersion of credentialprovider/],
    [{ image: "" }, /must name an image/],
    [{ image: 5 }, /must name an image/],
  ];
  for (const [parts, problem] of rows) {
    const text = JSON.stringify({ ...GOOD, ...parts });
    t.match(decodeRequest(text), { ok: false, problem }, JSON.stringify(parts));
  }
});
