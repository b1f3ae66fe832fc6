// verify at a real registry that wants a user name and a password, over TLS by a CA of its own.
import t from "tap";
import { verdicts, verifyFolder } from "../builders/verify-folder.ts";
import { startRegistry } from "../node/lib/registry.ts";

const registry = await startRegistry();
t.teardown(() => registry.stop());
registry.setPassword("robot", "right-password");
const shop = registry.push("shop/app", "the shop is open");
const HARBOR = { name: "harbor", matchImages: [`${registry.host}/shop`], secretName: "harbor-pull" };

t.test("a right password works, with an image and without", async (t) => {
  const folder = verifyFolder(t, [HARBOR], registry.ca);
  folder.login("harbor", { [registry.host]: "robot:right-password" });
  const common = {
    registry: registry.host,
    mapping: "harbor",
    secretName: "harbor-pull",
    key: registry.host,
  };
  const withImage = await folder.verify([shop]);
  t.same(withImage.results, [
    { image: shop, ...common, verdict: "Works", detail: `${registry.host} gave the manifest` },
  ]);
  t.equal(withImage.code, 0);
  const without = await folder.verify([]);
  t.same(without.results, [
    {
      image: null,
      ...common,
      verdict: "Works",
      detail: `${registry.host} lets the credential in; no pull was tried`,
    },
  ]);
  t.equal(without.code, 0);
});

t.test("every other verdict is told apart", async (t) => {
  const rows = [
    ["robot:wrong-password", shop, "WrongCredentials", /refuses the credential \(401\)/],
    ["nobody:right-password", shop, "WrongCredentials", /refuses the credential \(401\)/],
    ["robot:right-password", `${registry.host}/shop/other:1`, "NotFound", /has no such image/],
    ["robot:right-password", `${registry.host}/shop/app:2`, "NotFound", /has no such image/],
    ["robot:right-password\n", shop, "WrongCredentials", /the password ends in a line break/],
    ["robot:right-password", `${registry.host}/elsewhere`, "NoCredential", /no mapping matches/],
    ["robot:right-password", `${registry.host}/Shop`, "InvalidImage", /no image reference/],
  ] as const;
  for (const [login, image, verdict, detail] of rows) {
    const folder = verifyFolder(t, [HARBOR], registry.ca);
    folder.login("harbor", { [registry.host]: login });
    const { code, results } = await folder.verify([image]);
    t.match(results, [{ image, verdict, detail }], `${JSON.stringify(login)} for ${image}`);
    t.equal(results.length, 1);
    t.equal(code, 1);
  }
});

t.test("a digest is asked for as it is", async (t) => {
  const folder = verifyFolder(t, [HARBOR], registry.ca);
  folder.login("harbor", { [registry.host]: "robot:right-password" });
  const missing = `${registry.host}/shop/app@sha256:${"0".repeat(64)}`;
  t.same(verdicts(await folder.verify([shop, missing])), ["Works", "NotFound"]);
});

t.test("what kubelet tries is tried, in its order, until one works", async (t) => {
  const other = { name: "other", matchImages: [registry.host] };
  const folder = verifyFolder(t, [other, HARBOR], registry.ca);
  folder.login("other", { [registry.host]: "stranger:password" });
  folder.login("harbor", { [`${registry.host}/shop`]: "robot:right-password" });
  const { code, results } = await folder.verify([shop]);
  t.match(results, [{ verdict: "Works", mapping: "harbor", key: `${registry.host}/shop` }]);
  t.same([results.length, code], [1, 0], "the longer key comes first, so that the wrong one is never used");

  folder.login("harbor", { [registry.host]: "robot:right-password" });
  const both = await folder.verify([shop]);
  t.match(both.results, [
    { verdict: "WrongCredentials", mapping: "other" },
    { verdict: "Works", mapping: "harbor" },
  ]);
  t.equal(both.code, 1, "a wrong credential is a finding, although the Pod pulls");
});

t.test("without the CA nothing is learned, and nothing is called wrong", async (t) => {
  const folder = verifyFolder(t, [HARBOR]);
  folder.login("harbor", { [registry.host]: "robot:right-password" });
  const { code, results } = await folder.verify([shop]);
  t.match(results, [
    { verdict: "Inconclusive", detail: /its certificate is not trusted: give its CA with --ca-file/ },
  ]);
  t.equal(code, 1);
  t.same(verdicts(await folder.verify([shop, "--insecure-host", registry.host])), ["Works"]);
});

t.test("the manifests' images are tried in the namespaces that they name", async (t) => {
  const folder = verifyFolder(t, [{ ...HARBOR, namespaces: { include: ["team-*"] } }], registry.ca);
  folder.login("harbor", { [registry.host]: "robot:right-password" });
  const pod = (name: string, namespace: string) =>
    JSON.stringify({
      ...{ apiVersion: "v1", kind: "Pod", metadata: { name, namespace } },
      spec: { containers: [{ image: shop }], initContainers: [{ image: `${registry.host}/shop/app:2` }] },
    });
  const manifests = folder.write("pods.yaml", `${pod("a", "team-a")}\n---\n${pod("b", "outside")}\n`);
  const { results } = await folder.verify(["-f", manifests]);
  t.match(results, [
    { image: shop, verdict: "Works" },
    { image: `${registry.host}/shop/app:2`, verdict: "NotFound" },
    { image: shop, verdict: "NoCredential", detail: /mapping harbor gives the Pod none/ },
    { image: `${registry.host}/shop/app:2`, verdict: "NoCredential" },
  ]);
});
