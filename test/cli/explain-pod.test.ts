import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { pullcred } from "../builders/cli.ts";
import { configText } from "../builders/config.ts";
import { pullSecret, pullSecretOf } from "../builders/pull-secret.ts";

const POD = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "shop", namespace: "team-a" },
  spec: {
    containers: [{ name: "a", image: "harbor.example.com/team/a" }],
    volumes: [{ name: "v", image: { reference: "quay.io/acme/data" } }],
  },
};
const ACCOUNT = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name: "default", namespace: "team-a" },
  imagePullSecrets: [{ name: "mine" }],
};
const MINE = pullSecret("mine", ["harbor.example.com/team", "hub.docker.com"]);
const ORIGIN = pullSecret("harbor-creds", ["harbor.example.com"], { namespace: "pullcred" });
const FOREIGN = pullSecret("harbor-pull", ["quay.io"]);

const path = t.testdir({
  "config.yaml": configText([
    { name: "harbor", matchImages: ["harbor.example.com"], secretName: "harbor-pull" },
  ]),
  data: { secrets: { pullcred: { "harbor-creds.yaml": JSON.stringify(ORIGIN) } } },
});

async function explain(objects: readonly unknown[], args: readonly string[] = []) {
  const file = join(path, "input.yaml");
  writeFileSync(file, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
  const common = ["explain", "--config", join(path, "config.yaml"), "-f", file, ...args];
  const [json, people] = await Promise.all([pullcred([...common, "-o", "json"]), pullcred(common)]);
  for (const { stdout } of [json, people])
    t.notMatch(stdout, /hunter2|robot/, "neither a password nor a user");
  return {
    code: json.code,
    value: json.stdout === "" ? null : JSON.parse(json.stdout),
    text: people.stdout,
    stderr: json.stderr,
  };
}

t.test(
  "the order is that of the keys, over the secrets of the ServiceAccount and what pullcred adds",
  async (t) => {
    const { code, value, text } = await explain([POD, ACCOUNT, MINE, ORIGIN]);
    t.equal(code, 0);
    t.match(value.pod, {
      name: "shop",
      namespace: "team-a",
      reason: "Injected",
      isMade: false,
      pullSecrets: [
        { name: "mine", from: "serviceAccount", mapping: null, problem: null },
        { name: "harbor-pull", from: "pullcred", mapping: "harbor", problem: null },
      ],
      missing: [],
      forbidden: [],
    });
    const [app, data] = value.images;
    t.match(app, {
      image: "harbor.example.com/team/a",
      reference: { registry: "harbor.example.com" },
      error: null,
      matches: [{ mapping: "harbor", pattern: "harbor.example.com", secretName: "harbor-pull" }],
      places: ["spec.containers[0].image"],
    });
    t.match(app.credentials, [
      { secret: "mine", key: "harbor.example.com/team", isUsed: true },
      { secret: "harbor-pull", key: "harbor.example.com", isUsed: true },
      { secret: "mine", key: "hub.docker.com", isUsed: false, note: /kubelet never uses it/ },
    ]);
    t.match(app.traps, [{ kind: "NoAnonymousFallback" }]);
    t.match(data, { places: ["spec.volumes[0].image.reference"], traps: [{ kind: "Anonymous" }] });
    t.match(
      text,
      /tries 1\. +mine, key harbor\.example\.com\/team\n +tries 2\. +harbor-pull, key harbor\.example\.com\n/,
    );
    t.match(text, /names +mine \(from its ServiceAccount\)/);
  },
);

t.test("the Secrets of a standalone server, whose copy the webhook will make of the origin", async (t) => {
  const { value } = await explain([POD], ["--data-dir", join(path, "data")]);
  t.match(value.images[0].credentials, [{ secret: "harbor-pull", key: "harbor.example.com", isUsed: true }]);
});

t.test("a Secret of other hand is what kubelet finds, whatever the origin says", async (t) => {
  const { value } = await explain([POD, ORIGIN, FOREIGN]);
  t.match(value.images[0].credentials, [{ secret: "harbor-pull", key: "quay.io", isUsed: false }]);
  t.match(value.images[1].credentials, [{ secret: "harbor-pull", key: "quay.io", isUsed: true }]);
});

t.test("the ServiceAccount matters where it is not known and the Pod names nothing", async (t) => {
  const kinds = async (manifests: readonly object[]): Promise<readonly string[]> => {
    const { value } = await explain([...manifests, MINE, ORIGIN]);
    return value.images[0].traps.map(({ kind }: { kind: string }) => kind);
  };
  const naming = { ...POD, spec: { ...POD.spec, imagePullSecrets: [{ name: "mine" }] } };
  const made = { ...POD, metadata: { ...POD.metadata, uid: "u-1" } };
  t.same(await kinds([POD]), ["ServiceAccountNotRead", "NoAnonymousFallback"]);
  t.same(await kinds([POD, ACCOUNT]), ["NoAnonymousFallback"]);
  t.notOk((await kinds([naming])).includes("ServiceAccountNotRead"));
  t.notOk((await kinds([made])).includes("ServiceAccountNotRead"));
});

t.test("a Pod that is left alone is not told that its namespace is", async (t) => {
  const labels = { "pullcred.dev/inject": "false" };
  const { text } = await explain([{ ...POD, metadata: { ...POD.metadata, labels } }, ACCOUNT, MINE]);
  t.match(text, "mapping harbor matches harbor.example.com, but the Pod is left alone: OptedOut");
});

t.test("what cannot be known is said", async (t) => {
  const { value, text } = await explain([POD]);
  t.match(value.pod.pullSecrets, [{ name: "harbor-pull", problem: /was not read/ }]);
  t.match(value.images[0].traps, [{ kind: "SecretNotRead" }, { kind: "ServiceAccountNotRead" }]);
  t.equal(value.images[0].traps.length, 2);
  t.match(text, /the keys of harbor-pull are not known/);
});

t.test("a Secret that kubelet cannot read fails all pulls of the Pod", async (t) => {
  const broken = pullSecretOf("mine", '{"auths":{"a":{"auth":"hunter2!"}}}');
  const { code, value } = await explain([POD, ACCOUNT, broken, ORIGIN]);
  t.equal(code, 1);
  t.match(value.pod.pullSecrets[0], {
    name: "mine",
    problem: /fails every pull of the Pod: .*auths\["a"\]\.auth is not base64/,
  });
  for (const { traps, credentials } of value.images) {
    t.match(traps, [{ kind: "PullFails" }]);
    t.notOk(credentials.some(({ isUsed }: { isUsed: boolean }) => isUsed));
  }
});

t.test("a Pod that was made already keeps its secrets, and is told what it lacks", async (t) => {
  const made = { ...POD, metadata: { ...POD.metadata, uid: "u-1" } };
  const { code, value, text } = await explain([made, ACCOUNT, MINE, ORIGIN]);
  t.equal(code, 1);
  t.match(value.pod, { reason: "NotInjected", isMade: true, pullSecrets: [], missing: ["harbor-pull"] });
  t.match(text, /^Pod shop in namespace team-a: NotInjected\n/);
  t.match(text, /lacks +harbor-pull: it was made without, and would get it if it were made anew/);
  t.match(text, /matches +harbor-pull \(mapping harbor matches harbor\.example\.com\)/);
  t.notMatch(text, /^ +gets/m, "it gets nothing any more");
  const whole = { ...made, spec: { ...made.spec, imagePullSecrets: [{ name: "harbor-pull" }] } };
  const copy = pullSecret("harbor-pull", ["harbor.example.com"], { isCopy: true });
  const named = await explain([whole, copy]);
  t.match(named, { code: 0, value: { pod: { reason: "AlreadyPresent", isMade: true, missing: [] } } });
});

t.test("that every new Pod of the namespace gets a pull secret is no fault of an older one", async (t) => {
  const config = join(path, "always.yaml");
  writeFileSync(
    config,
    configText([{ name: "debug", matchImages: ["debug.example.com"], inject: "always" }]),
  );
  const file = join(path, "made.yaml");
  writeFileSync(file, JSON.stringify({ ...POD, metadata: { ...POD.metadata, uid: "u-1" } }));
  const { code, stdout } = await pullcred(["explain", "--config", config, "-f", file]);
  t.equal(code, 0);
  t.match(stdout, /NotInjected\n.*\n +lacks +pullcred-debug: it was made without/);
});

t.test("a ServiceAccount that enforces mountable secrets keeps the Pod without", async (t) => {
  const strict = {
    ...ACCOUNT,
    metadata: { ...ACCOUNT.metadata, annotations: { "kubernetes.io/enforce-mountable-secrets": "true" } },
  };
  const { value, text } = await explain([POD, strict, MINE, ORIGIN]);
  t.match(value.pod, { reason: "SecretNotMountable", forbidden: ["harbor-pull"] });
  t.match(text, /not +harbor-pull: its ServiceAccount enforces/);
});

t.test("one of several Pods is chosen by its name", async (t) => {
  const job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "once", namespace: "team-b" },
    spec: { template: { spec: { containers: [{ name: "a", image: "quay.io/a" }] } } },
  };
  const both = await explain([POD, job]);
  t.equal(both.code, 2);
  t.match(both.stderr, /which of 2 Pods .*--pod NAME.*Pod shop in namespace team-a, Job\/once/);
  const { value } = await explain([POD, job], ["--pod", "once"]);
  t.match(value.pod, { name: "once", namespace: "team-b", reason: "NoMatchingRegistry" });
  const none = await explain([POD, job], ["--pod", "other"]);
  t.match(none, { code: 2, stderr: /could not find a Pod or a workload other/ });
});

t.test("wrong use ends with 2 and a remedy", async (t) => {
  const file = join(path, "input.yaml");
  const rows: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /name images, or a Pod by -f or --pod/],
    [["nginx", "-f", file], /images and a Pod are two questions/],
    [["--pod", "a", "--data-dir", path], /--data-dir goes with -f/],
    [["nginx", "--cluster"], /--cluster goes with -f: add it, or leave both out/],
    [["-f", file, "--data-dir", path, "--cluster"], /--data-dir stands for a cluster/],
    [["-f", "-", "-f", "-"], /standard input twice/],
  ];
  for (const [args, message] of rows) {
    const { code, stdout, stderr } = await pullcred([
      "explain",
      "--config",
      join(path, "config.yaml"),
      ...args,
    ]);
    t.match({ code, stdout, stderr }, { code: 2, stdout: "", stderr: message }, args.join(" "));
  }
});
