import { join } from "node:path";
import t from "tap";
import { type Asked, MANIFEST, type RegistryReply, registryServer } from "../builders/registry-server.ts";
import { verifyFolder } from "../builders/verify-folder.ts";

const RIGHT = `Basic ${Buffer.from("robot:right").toString("base64")}`;

/** Lets in the robot, who may pull all but what is not there. */
function serve({ path, authorization }: Asked): RegistryReply {
  if (authorization !== RIGHT) return { status: 401, headers: { "www-authenticate": 'Basic realm="test"' } };
  return path.includes("none") ? { status: 404 } : MANIFEST;
}

const { host } = await registryServer(t, serve);
const HARBOR = {
  name: "harbor",
  matchImages: [host],
  secretName: "harbor-pull",
  namespaces: { include: ["team-*"] },
};
const LOGIN = { [host]: "robot:right" };

t.test("manifests are read from files and standard input", async (t) => {
  const folder = verifyFolder(t, [HARBOR]);
  folder.login("harbor", LOGIN);
  const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: team-a}
spec: {template: {spec: {containers: [{image: ${host}/shop}], initContainers: [{image: ${host}/none}]}}}
`;
  const pod = `apiVersion: v1\nkind: Pod\nspec: {containers: [{image: ${host}/tools}]}\n`;
  const file = folder.write("shop.yaml", `${deployment}---\napiVersion: v1\nkind: ConfigMap\n`);
  const { results } = await folder.verify(["-f", file, "-f", "-"], pod);
  t.same(
    results.map(({ image, verdict }) => [image, verdict]),
    [
      [`${host}/shop`, "Works"],
      [`${host}/none`, "NotFound"],
      [`${host}/tools`, "Works"],
    ],
  );
  const empty = await folder.verify(["-f", "-"], "apiVersion: v1\nkind: ConfigMap\n");
  t.same([empty.results, empty.code], [[], 0]);
});

t.test("a folder is read with all below it, and what operators pull ahead is tried, too", async (t) => {
  const folder = verifyFolder(t, [HARBOR]);
  folder.login("harbor", LOGIN);
  const object = (apiVersion: string, kind: string, spec: object): string =>
    JSON.stringify({ apiVersion, kind, metadata: { name: "ahead", namespace: "team-a" }, spec });
  const KRUISE = "apps.kruise.io/v1beta1";
  folder.write("manifests/README.md", "no: [manifest");
  folder.write("manifests/a.json", object("v1", "Pod", { containers: [{ image: `${host}/pod` }] }));
  folder.write("manifests/b.yaml", object(KRUISE, "ImagePullJob", { image: `${host}/job` }));
  folder.write("manifests/c/list.yml", object(KRUISE, "ImageListPullJob", { images: [`${host}/list`] }));
  const cache = object("kubefledged.io/v1alpha2", "ImageCache", {
    cacheSpec: [{ images: [`${host}/none`] }],
  });
  folder.write("manifests/c/z.yaml", cache);
  const { results, code } = await folder.verify(["-f", join(folder.path, "manifests")]);
  t.same(
    results.map(({ image, mapping, verdict }) => [image, mapping, verdict]),
    [
      [`${host}/pod`, "harbor", "Works"],
      [`${host}/job`, "harbor", "Works"],
      [`${host}/list`, "harbor", "Works"],
      [`${host}/none`, "harbor", "NotFound"],
    ],
  );
  t.equal(code, 1);
});

t.test("credentials are tried in the order in which the Pod names their Secrets", async (t) => {
  const wrong = { name: "stale", matchImages: [host], secretName: "stale-pull" };
  const folder = verifyFolder(t, [wrong, HARBOR]);
  folder.login("harbor", LOGIN);
  folder.login("stale", { [host]: "robot:wrong" });
  const pod = (...names: readonly string[]): string => {
    const imagePullSecrets = names.map((name) => ({ name }));
    const spec = { imagePullSecrets, containers: [{ image: `${host}/shop` }] };
    return JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { namespace: "team-a" }, spec });
  };
  const rows = [
    [["harbor-pull", "stale-pull"], ["harbor Works"]],
    [["harbor-pull"], ["harbor Works"]],
    [
      ["stale-pull", "harbor-pull"],
      ["stale WrongCredentials", "harbor Works"],
    ],
    [[], ["stale WrongCredentials", "harbor Works"]],
  ] as const;
  for (const [names, expected] of rows) {
    const { results } = await folder.verify(["-f", "-"], pod(...names));
    t.same(
      results.map(({ mapping, verdict }) => `${mapping} ${verdict}`),
      expected,
      names.join(" "),
    );
  }
});

t.test("a Pod whose own pull secret may do what the mapping's cannot is told of", async (t) => {
  const folder = verifyFolder(t, [HARBOR]);
  folder.login("harbor", { [host]: "robot:wrong" });
  const spec = `{imagePullSecrets: [{name: own}], containers: [{image: ${host}/shop}]}`;
  const pod = `apiVersion: v1\nkind: Pod\nmetadata: {namespace: team-a}\nspec: ${spec}\n`;
  t.match((await folder.verify(["-f", "-"], pod)).results, [
    { mapping: "harbor", verdict: "WrongCredentials", detail: /other hand, which were not tried: own$/ },
  ]);
});
