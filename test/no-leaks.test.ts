import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import t from "tap";
import { pullcred, startServer } from "./builders/cli.ts";
import { configText } from "./builders/config.ts";
import { eventually } from "./builders/eventually.ts";
import { pod } from "./builders/pod.ts";
import { review } from "./builders/review.ts";

/** Every credential of this test contains it. */
const MARK = "Tr0ub4dor";
const auth = (user: string): string => Buffer.from(`${user}:${MARK}-auth`).toString("base64");

/** The mark itself, and what base64 makes of it at each of the three offsets. */
const TRACES = [
  MARK,
  ...[0, 1, 2].map((pad) =>
    Buffer.from("x".repeat(pad) + MARK)
      .toString("base64")
      .slice(pad + 1, -4),
  ),
];

/** Origins of every form, good and bad. */
const ORIGINS: Readonly<
  Record<string, { readonly type: string; readonly stringData: Readonly<Record<string, string>> }>
> = {
  basic: { type: "kubernetes.io/basic-auth", stringData: { username: "u", password: `${MARK}-basic` } },
  json: {
    type: "kubernetes.io/dockerconfigjson",
    stringData: {
      ".dockerconfigjson": JSON.stringify({
        auths: { "json.example.com": { auth: auth("u") }, "https://index.docker.io/v1": { auth: auth("u") } },
      }),
    },
  },
  cfg: {
    type: "kubernetes.io/dockercfg",
    stringData: {
      ".dockercfg": JSON.stringify({ "cfg.example.com": { username: "u", password: `${MARK}-cfg` } }),
    },
  },
  "broken-json": {
    type: "kubernetes.io/dockerconfigjson",
    stringData: { ".dockerconfigjson": `{"auths": {"a": {"password": "${MARK}" oops` },
  },
  "broken-auth": {
    type: "kubernetes.io/dockerconfigjson",
    stringData: { ".dockerconfigjson": JSON.stringify({ auths: { a: { auth: `${MARK}!!` } } }) },
  },
  "no-colon": {
    type: "kubernetes.io/dockerconfigjson",
    stringData: {
      ".dockerconfigjson": JSON.stringify({ auths: { a: { auth: Buffer.from(MARK).toString("base64") } } }),
    },
  },
  "line-break": {
    type: "kubernetes.io/basic-auth",
    stringData: { username: "u\n", password: `${MARK}-echo\n` },
  },
  "key-told": {
    type: "kubernetes.io/dockerconfigjson",
    stringData: {
      ".dockerconfigjson": JSON.stringify({
        auths: {
          [`https://bob:${MARK}@key-told.example.com`]: { auth: auth("u") },
          [`https://bob:${MARK}@hub.docker.com`]: { username: "u", password: `${MARK}\n` },
          [`bob:${MARK}@empty.example.com`]: {},
        },
      }),
    },
  },
  "key-refused": {
    type: "kubernetes.io/dockerconfigjson",
    stringData: {
      ".dockerconfigjson": JSON.stringify({
        auths: {
          [`https://bob:${MARK}@harbor.example.com`]: MARK,
          [`bob:${MARK}@reg.example.com`]: { auth: MARK },
        },
      }),
    },
  },
  opaque: { type: "Opaque", stringData: { ".dockerconfigjson": `${MARK}`, password: MARK } },
};

t.test("no credential reaches standard output, standard error, an answer or a metric", async (t) => {
  const names = [...Object.keys(ORIGINS), "file"];
  const folder = t.testdir({
    "config.json": JSON.stringify({
      auths: { "file.example.com": { auth: auth("f") } },
      credHelpers: { [`https://bob:${MARK}@helped.example.com`]: "not-installed" },
    }),
  });
  const config = join(folder, "config.yaml");
  const registries = names.map((name) => ({
    name,
    matchImages: [`${name}.example.com`],
    ...(name === "file" && { credentials: { configFile: { path: join(folder, "config.json") } } }),
  }));
  writeFileSync(config, configText(registries));
  for (const [name, { type, stringData }] of Object.entries(ORIGINS)) {
    const file = join(folder, "data", "secrets", "pullcred", `${name}-creds.yaml`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      JSON.stringify({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: `${name}-creds` },
        type,
        stringData,
      }),
    );
  }
  const broken = join(folder, "data", "secrets", "pullcred", "unreadable.yaml");
  writeFileSync(broken, `password: "${MARK}`);

  const args = [
    "--config",
    config,
    "--data-dir",
    join(folder, "data"),
    "--log-level",
    "trace",
    "--drain-delay",
    "0",
    "--status-page",
  ];
  const server = await startServer(t, args);
  const images = names.map((name) => `${name}.example.com/app`);
  const answer = await server.review(review(pod({ images })));
  t.match(answer.body, { response: { auditAnnotations: { reason: "Injected" } } });
  const odd = await server.review(review({ spec: { containers: [{ image: { password: MARK } }] } }));
  t.equal(odd.status, 400);
  const metrics = await (await fetch(`${server.metricsUrl}/metrics`)).text();
  t.match(
    metrics,
    /pullcred_copies_total\{registry="basic",result="CopyWritten"\} 1/,
    "credentials were at work",
  );
  t.match(metrics, /registry="broken-json",result="NoCredential"/, "broken ones were refused");
  await eventually("the log is written", () => server.stderr().match(/manifest refused/) ?? undefined);
  await eventually(
    "findings are told by place",
    () =>
      ["hub.docker.com", "empty.example.com", "harbor.example.com", "helped.example.com", "line break"].every(
        (word) => server.stderr().includes(word),
      ) || undefined,
  );
  const ask = async (path: string): Promise<string> => (await fetch(`${server.metricsUrl}${path}`)).text();
  const status = { page: await ask("/status"), document: await ask("/status.json") };
  t.match(status.page, /things need attention/, "the page was at work");
  await server.stop();

  const sinks = { answers: JSON.stringify([answer, odd]), metrics, ...status, stderr: server.stderr() };
  for (const [sink, content] of Object.entries(sinks)) {
    for (const trace of TRACES) t.notOk(content.includes(trace), `${sink} without ${trace}`);
  }
});

t.test("no credential that somebody wrote into the config is shown", async (t) => {
  const folder = t.testdir({
    "config.yaml": `apiVersion: pullcred.dev/v1
kind: Config
registries:
  - name: a
    matchImages: ["https://user:${MARK}@a.example.com"]
    credentials: {username: u, password: ${MARK}}
`,
    "syntax.yaml": `password: "${MARK}`,
  });
  for (const file of ["config.yaml", "syntax.yaml"]) {
    for (const output of ["text", "json"]) {
      const { code, stdout, stderr } = await pullcred(["lint", "--config", join(folder, file), "-o", output]);
      t.equal(code, 1);
      t.notMatch(stdout + stderr, MARK, `${file} as ${output}`);
    }
  }
});
