import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { parse } from "yaml";
import { type Ended, pullcred, ROOT } from "../builders/cli.ts";

const CONFIG = join(ROOT, "examples", "standalone", "config.yaml");
const SHOP = "harbor.example.com/shop:1";
const folder = t.testdir({});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function prepull(args: readonly string[], input = ""): Promise<Ended> {
  return pullcred(["prepull", "--config", CONFIG, ...args], input);
}

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever they expect to be there
async function render(args: readonly string[], input = ""): Promise<any> {
  const { code, stdout, stderr } = await prepull(args, input);
  t.same([code, stderr], [0, ""], args.join(" "));
  return parse(stdout);
}

const manifest = (kind: string, namespace: string, spec: object): string =>
  `${JSON.stringify({ apiVersion: kind === "Pod" ? "v1" : "apps.kruise.io/v1beta1", kind, metadata: { namespace }, spec })}\n`;

t.test("the DaemonSet is printed as YAML without anchors, or as JSON", async (t) => {
  const args = ["-n", "team-a", "--images", SHOP, "nginx"];
  const { stdout } = await prepull(args);
  t.notMatch(stdout, /[&*]a1/);
  const daemonSet = await render([...args, "-o", "json"]);
  t.same(parse(stdout), daemonSet);
  t.match(daemonSet, {
    kind: "DaemonSet",
    metadata: { namespace: "team-a", name: /^pullcred-prepull-[0-9a-f]{10}$/ },
    spec: {
      template: {
        spec: {
          imagePullSecrets: [{ name: "harbor-pull" }],
          volumes: [{ image: { reference: SHOP } }, { image: { reference: "nginx" } }],
        },
      },
    },
  });
});

t.test("the name is the same for the same pulls, unless it is given", async (t) => {
  const nameOf = async (args: readonly string[]): Promise<string> => (await render(args)).metadata.name;
  const name = await nameOf(["--images", "nginx", "busybox"]);
  t.equal(await nameOf(["--images", "busybox", "nginx", "nginx"]), name);
  const selectors = ["--node-selector", "a=1", "--node-selector", "b=2"];
  const others = [
    ["--images", "busybox"],
    ["--images", "nginx", "busybox", ...selectors],
    ["--images", "nginx", "busybox", "--image-volumes", "never"],
    ["--images", "nginx", "busybox", "--pause-image", "mirror/pause"],
  ];
  const names = [name, ...(await Promise.all(others.map(nameOf)))];
  t.equal(new Set(names).size, names.length, "whatever makes the pulls others changes it");
  const inOtherOrder = [
    ...selectors.slice(2),
    "--node-selector",
    "kubernetes.io/os=linux",
    ...selectors.slice(0, 2),
  ];
  t.equal(await nameOf(["--images", "busybox", "nginx", ...inOtherOrder]), names[2]);
  t.equal(await nameOf(["--images", "busybox", "--name", "mine"]), "mine");
});

t.test("options say where and how", async (t) => {
  const args = ["--images", "nginx", "--image-volumes", "never", "--pause-image", "mirror/pause"];
  const selectors = ["--node-selector", "pool=gpu", "--node-selector", "zone=a"];
  t.match((await render([...args, ...selectors])).spec.template.spec, {
    nodeSelector: { pool: "gpu", zone: "a" },
    containers: [
      { name: "pause", image: "mirror/pause" },
      { name: "image-1", image: "nginx" },
    ],
  });
});

t.test("the images of manifests are pulled where these are, with what they name", async (t) => {
  const containers = [{ image: SHOP }, { image: "nginx" }, { image: "" }];
  const volumes = [{ image: { reference: "acme/data:1" } }];
  const pod = manifest("Pod", "team-b", { containers, volumes, imagePullSecrets: [{ name: "mine" }] });
  const job = manifest("ImageListPullJob", "team-b", { images: ["nginx", "busybox"], pullSecrets: ["ours"] });
  const path = file("manifests.json", pod);
  const { metadata, spec } = await render(["--from", path, "-"], job);
  t.equal(metadata.namespace, "team-b");
  t.same(
    spec.template.spec.volumes.map((volume: { image: { reference: string } }) => volume.image.reference),
    [SHOP, "nginx", "acme/data:1", "busybox"],
  );
  t.same(
    spec.template.spec.imagePullSecrets.map(({ name }: { name: string }) => name),
    ["mine", "ours", "harbor-pull", "pullcred-hub"],
  );
  const elsewhere = await render(["--from", path, "-n", "team-a"]);
  t.same(elsewhere.spec.template.spec.imagePullSecrets, [{ name: "harbor-pull" }, { name: "pullcred-hub" }]);
});

t.test("an image that its namespace may not have a credential for is noted", async (t) => {
  const { code, stdout, stderr } = await prepull(["--images", SHOP]);
  t.equal(code, 0);
  t.equal(stderr, `pullcred: note: ${SHOP}: mapping harbor matches, but not for namespace default\n`);
  t.notOk("imagePullSecrets" in parse(stdout).spec.template.spec);
});

t.test("wrong use ends with 2 and a remedy", async (t) => {
  const pod = (namespace: string): string => manifest("Pod", namespace, { containers: [{ image: "nginx" }] });
  const rows: readonly (readonly [readonly string[], string, RegExp])[] = [
    [[], "", /there is nothing to pull: give --images, or manifests by --from/],
    [["--from", "-"], "kind: ConfigMap\napiVersion: v1\n", /the manifests have no image/],
    [["--from", "-"], pod("a") + pod("b"), /of several namespaces \(a, b\): say by -n/],
    [["--from", "-", "-"], "", /could not read standard input twice/],
    [
      ["--from", "-"],
      manifest("Pod", "a", { containers: "x" }),
      /standard input:1:\d+: could not read Pod: Pod\.spec\.containers must be/,
    ],
    [
      ["--from", "-"],
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"shop"},"spec":"text"}',
      /standard input:1:\d+: could not read Pod shop: Pod\.spec must be an object/,
    ],
    [
      ["--from", "-"],
      manifest("ImagePullJob", "a", { image: 5 }),
      /standard input:1:\d+: could not read ImagePullJob: spec\.image must be a string/,
    ],
    [["--from", "-"], "a: [", /standard input:1:\d+: /],
    [["--images", "Not Valid"], "", /--images: Not Valid: invalid reference format/],
    [["--images", "x", "--node-selector", "gpu"], "", /key=value/],
    [
      ["--images", "x", "--node-selector", "kubernetes.io/os=windows"],
      "",
      /Only nodes with Linux pull ahead/,
    ],
    [["--images", "x", "--name", "Not_A_Name"], "", /lower-case letters/],
    [["--images", "x", "--image-volumes", "maybe"], "", /Allowed choices are auto, always, never/],
    [["--images", "x", "--wait", "--timeout", "0"], "", /number of seconds/],
  ];
  for (const [args, input, message] of rows) {
    const { code, stdout, stderr } = await prepull(args, input);
    t.same([code, stdout], [2, ""], args.join(" "));
    t.match(stderr, message, args.join(" "));
  }
});

t.test("without a cluster --wait says so", async (t) => {
  const none = { KUBECONFIG: join(folder, "none") };
  const { code, stderr } = await pullcred(
    ["prepull", "--config", CONFIG, "--images", "x", "--wait"],
    "",
    none,
  );
  t.equal(code, 2);
  t.match(stderr, /could not find the cluster: .*correct KUBECONFIG, or leave out --wait/);
});
