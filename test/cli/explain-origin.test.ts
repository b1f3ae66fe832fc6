import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import t, { type Test } from "tap";
import { pullcred } from "../builders/cli.ts";
import { configText } from "../builders/config.ts";
import { pullSecret, pullSecretOf } from "../builders/pull-secret.ts";

const MARK = "hunter2";
const LOGIN = JSON.stringify({ auths: { "hub.example.com": { username: "robot", password: MARK } } });
const POD = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "shop", namespace: "team-a" },
  spec: {
    containers: ["hub", "harbor", "ecr"].map((name) => ({ name, image: `${name}.example.com/shop` })),
  },
};

/** What `explain` says of the pull secrets of POD, with these files beside it and below the data directory. */
async function explain(
  t: Test,
  files: Readonly<Record<string, string | object>>,
  beside: readonly object[] = [],
) {
  const path = t.testdir({ data: {} });
  const write = (file: string, content: string | object): void => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), typeof content === "string" ? content : JSON.stringify(content));
  };
  for (const [file, content] of Object.entries(files)) write(file, content);
  write("pod.yaml", [POD, ...beside].map((object) => JSON.stringify(object)).join("\n---\n"));
  write(
    "config.yaml",
    configText([
      {
        name: "hub",
        matchImages: ["hub.example.com"],
        credentials: { configFile: { path: join(path, "docker.json") } },
      },
      { name: "harbor", matchImages: ["harbor.example.com"], credentials: { secretRef: { name: "creds" } } },
      {
        name: "cloud",
        matchImages: ["ecr.example.com"],
        credentials: {
          exec: { command: "no-such-plugin", apiVersion: "credentialprovider.kubelet.k8s.io/v1" },
        },
      },
    ]),
  );
  const args = ["--config", join(path, "config.yaml"), "-f", join(path, "pod.yaml")];
  const { stdout, stderr } = await pullcred([
    ...["explain", ...args, "--data-dir", join(path, "data"), "-o", "json"],
  ]);
  t.notMatch(stdout + stderr, MARK);
  const { pod, images } = JSON.parse(stdout);
  const problems: readonly (string | null)[] = pod.pullSecrets.map((one: { problem: string }) => one.problem);
  const tried: readonly (readonly string[])[] = images.map((image: { credentials: readonly Step[] }) =>
    image.credentials.filter(({ isUsed }) => isUsed).map(({ key }) => key),
  );
  return { path, problems, tried };
}

type Step = { readonly isUsed: boolean; readonly key: string };

const inOwn = (name: string): string => `data/secrets/pullcred/${name}.yaml`;
const ORIGIN = pullSecret("creds", ["harbor.example.com"], { namespace: "pullcred" });
const WRITTEN = pullSecret("pullcred-cloud", ["ecr.example.com"], { namespace: "pullcred", isCopy: true });

t.test("copies are of what is in the origins now, wherever that is, and no plugin is started", async (t) => {
  const { problems, tried } = await explain(t, {
    "docker.json": LOGIN,
    [inOwn("creds")]: ORIGIN,
    [inOwn("pullcred-cloud")]: WRITTEN,
  });
  t.same(problems, [null, null, null]);
  t.same(tried, [["hub.example.com"], ["harbor.example.com"], ["ecr.example.com"]]);
});

t.test("an origin of which no copy can be made gives its reason", async (t) => {
  const { path, problems } = await explain(t, {
    "docker.json": '{"auths": oops',
    [inOwn("creds")]: pullSecretOf("creds", `{"auths":{"a":{"auth":"${MARK}!"}}}`, { namespace: "pullcred" }),
  });
  t.equal(
    problems[0],
    `is not there, and cannot be made: ${join(path, "docker.json")} is not JSON: see line 1, column 11; ` +
      "kubelet passes over it",
  );
  t.match(problems[1], /^is not there, and cannot be made: .*auths\["a"\]\.auth is not base64/);
  t.match(problems[2], /no Secret pullcred-cloud in namespace pullcred: pullcred writes it when its source/);
});

t.test("a manifest that is no YAML, and a folder where a file should be, are told as that", async (t) => {
  const { path, problems } = await explain(t, {
    "docker.json/x": "",
    [inOwn("creds")]: "a: [",
  });
  t.match(problems, [
    `was not read: its keys are not known; the credential could not be read: could not read ${join(path, "docker.json")}: it is a directory`,
    /^was not read: .*could not use .*creds\.yaml: not YAML at line 1, column \d+$/,
  ]);
});

t.test("the last copy stays where no new one can be made", async (t) => {
  const { problems, tried } = await explain(t, {
    "docker.json": LOGIN,
    "data/secrets/team-a/pullcred-harbor.yaml": pullSecret("pullcred-harbor", ["harbor.example.com"], {
      isCopy: true,
    }),
    [inOwn("pullcred-cloud")]: WRITTEN,
  });
  t.same(problems, [
    null,
    "is the last copy that could be made: there is no Secret creds in namespace pullcred: create it",
    null,
  ]);
  t.same(tried[1], ["harbor.example.com"]);
});

t.test("of a copy that stands nothing is said where nobody could look at its origin", async (t) => {
  const copy = pullSecret("pullcred-harbor", ["harbor.example.com"], { isCopy: true });
  const { problems, tried } = await explain(
    t,
    { "docker.json": LOGIN, "data/secrets/team-a/pullcred-harbor.yaml": copy, [inOwn("creds")]: "a: [" },
    [],
  );
  t.equal(problems[1], null);
  t.same(tried[1], ["harbor.example.com"]);
});

t.test(
  "what a cluster's pullcred has written of a config.json counts, not the file that is here",
  async (t) => {
    const written = pullSecret("pullcred-hub", ["hub.example.com/shop"], {
      namespace: "pullcred",
      isCopy: true,
    });
    const { problems, tried } = await explain(t, { "docker.json": LOGIN }, [written]);
    t.equal(problems[0], null);
    t.same(tried[0], ["hub.example.com/shop"]);
  },
);
