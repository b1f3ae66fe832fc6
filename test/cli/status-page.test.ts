import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import t, { type Test } from "tap";
import { type Server, startServer } from "../builders/cli.ts";
import { configText } from "../builders/config.ts";
import { eventually } from "../builders/eventually.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";

const REGISTRIES = [
  { name: "harbor", matchImages: ["harbor.example.com"], secretName: "harbor-pull" },
  { name: "hub", matchImages: ["docker.io/acme/"], secretName: "hub-pull" },
];
const PASSWORD = "Tr0ub4dor";

/** A data directory with the credential of the first of two mappings. */
function setUp(t: Test) {
  const folder = t.testdir({ "config.yaml": configText(REGISTRIES) });
  const config = join(folder, "config.yaml");
  const dataDir = join(folder, "data");
  const secret = (namespace: string, name: string): string =>
    join(dataDir, "secrets", namespace, `${name}.yaml`);
  const write = (file: string, content: unknown): void => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(content));
  };
  write(secret("pullcred", "harbor-creds"), {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "harbor-creds", namespace: "pullcred" },
    type: "kubernetes.io/basic-auth",
    stringData: { username: "robot-7", password: PASSWORD },
  });
  return { config, secret, write, args: ["--config", config, "--data-dir", dataDir, "--drain-delay", "0"] };
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever it expects to be there
async function statusOf(server: Server): Promise<any> {
  return (await fetch(`${server.metricsUrl}/status.json`)).json();
}

t.test("by default there is no status page", async (t) => {
  const server = await startServer(t, setUp(t).args);
  for (const path of ["/status", "/status.json"])
    t.equal((await fetch(`${server.metricsUrl}${path}`)).status, 404);
});

t.test("the status says what is in force, what was decided and what is wrong", async (t) => {
  const { args, config, secret, write } = setUp(t);
  write(secret("team-b", "harbor-pull"), {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "harbor-pull" },
  });
  const server = await startServer(t, [...args, "--status-page"]);
  await server.review(review(pod({ images: ["harbor.example.com/app:1"] })));
  await server.review(review(pod({ images: ["acme/app"] }), { namespace: "team-c" }));
  t.ok(existsSync(secret("team-a", "harbor-pull")));

  t.match(await statusOf(server), {
    replica: { version: /^\d/, namespace: "pullcred", release: "pullcred", problem: null },
    leadership: { leads: true, lease: null, holder: null },
    certificate: { expiresAt: /^20/ },
    config: { path: config, provisioning: "onDemand", loadedAt: /^20/, refused: null },
    mappings: {
      items: [
        {
          name: "harbor",
          secretName: "harbor-pull",
          inject: "matching",
          matchImages: { items: ["harbor.example.com"], more: 0 },
          source: "secretRef",
          origin: {
            secret: { namespace: "pullcred", name: "harbor-creds" },
            state: "current",
            problems: { items: [] },
          },
          copies: { current: 1, stale: 0, missing: 0, foreign: 1 },
          troubled: { items: [{ namespace: "team-b", state: "foreign", reason: "ForeignSecret" }], more: 0 },
        },
        {
          name: "hub",
          origin: { state: "missing", problems: { items: [/hub-creds/] } },
          copies: { current: 0, stale: 0, missing: 1, foreign: 0 },
          troubled: { items: [{ namespace: "team-c", state: "missing", reason: "NoCredential" }], more: 0 },
        },
      ],
      more: 0,
    },
    watches: [],
    decisions: [
      { namespace: "team-c", pod: "app", reason: "Injected", added: ["hub-pull"], copies: ["NoCredential"] },
      {
        namespace: "team-a",
        pod: "app",
        reason: "Injected",
        added: ["harbor-pull"],
        copies: ["CopyWritten"],
      },
    ],
    attention: [
      { level: "problem", mapping: "hub", text: "there is no credential yet" },
      { level: "notice", mapping: "harbor", text: "1 Secret is not pullcred's" },
      { level: "notice", mapping: "hub", text: "1 copy does not stand yet" },
    ],
  });
  const page = await fetch(`${server.metricsUrl}/status`);
  t.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
  t.match(await page.text(), /3 things need attention/);
});

t.test("it follows what changes, and holds nothing of a credential", async (t) => {
  const { args, config, secret } = setUp(t);
  const server = await startServer(t, [...args, "--status-page"]);
  await server.review(review(pod({ images: ["harbor.example.com/app:1"] })));
  rmSync(secret("pullcred", "harbor-creds"));
  await eventually("the origin is gone", async () => {
    const { mappings } = await statusOf(server);
    return mappings.items[0].origin.state === "missing" || undefined;
  });
  writeFileSync(config, "registries: [");
  const { refused } = await eventually("the config is refused", async () => {
    const status = await statusOf(server);
    return status.config.refused === null ? undefined : status.config;
  });
  t.match(refused, { at: /^20/, problems: { items: [/config\.yaml/] } });
  writeFileSync(config, configText(REGISTRIES.slice(1)));
  await eventually("one mapping is left", async () => {
    const { mappings, config } = await statusOf(server);
    return (mappings.items.length === 1 && config.refused === null) || undefined;
  });
  const texts = await Promise.all(
    ["/status", "/status.json"].map(async (path) => (await fetch(`${server.metricsUrl}${path}`)).text()),
  );
  for (const trace of [PASSWORD, "robot-7", Buffer.from(`robot-7:${PASSWORD}`).toString("base64")])
    for (const text of texts) t.notOk(text.includes(trace));
});
