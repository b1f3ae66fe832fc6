import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { LINES_PER_WINDOW } from "../../src/adapters/observability/log-limiter.ts";
import { startServer } from "../builders/cli.ts";
import { configText } from "../builders/config.ts";
import { eventually } from "../builders/eventually.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";

const HARBOR = { name: "harbor", matchImages: ["harbor.example.com"], secretName: "harbor-pull" };
const HUB = { name: "hub", matchImages: ["docker.io/acme/"] };

t.test("what is counted follows the mappings of the config in force", async (t) => {
  const folder = t.testdir({ "config.yaml": configText([HARBOR]) });
  const config = join(folder, "config.yaml");
  const server = await startServer(t, ["--config", config, "--drain-delay", "0"]);
  const decisions = async (): Promise<string> => {
    const text = await (await fetch(`${server.metricsUrl}/metrics`)).text();
    return text.match(/^pullcred_decisions_total.*$/gm)?.join("\n") ?? "";
  };
  t.equal(await decisions(), 'pullcred_decisions_total{registry="harbor",reason="Injected"} 0');
  await server.review(review(pod({ images: ["harbor.example.com/app"] })));
  t.equal(await decisions(), 'pullcred_decisions_total{registry="harbor",reason="Injected"} 1');
  writeFileSync(config, configText([HUB]));
  await eventually("the mapping that went away has no series", async () => {
    const now = await decisions();
    return now === 'pullcred_decisions_total{registry="hub",reason="Injected"} 0' ? now : undefined;
  });
  t.equal(await server.stop(), 0);
});

t.test("a mapping's series are there from the start, with its origin's state, and go with it", async (t) => {
  const byHand = { metadata: { name: "files-pull" }, stringData: { username: "u", password: "p" } };
  const folder = t.testdir({
    "config.json": JSON.stringify({ auths: { "files.example.com": { auth: "dTpw" } } }),
    data: { secrets: { pullcred: { "files-pull.yaml": JSON.stringify(asSecret(byHand)) } } },
  });
  const config = join(folder, "config.yaml");
  const credentials = { configFile: { path: join(folder, "config.json") } };
  const files = { name: "files", matchImages: ["files.example.com"], secretName: "files-pull", credentials };
  writeFileSync(config, configText([HARBOR, files]));
  const data = ["--data-dir", join(folder, "data"), "--verify-every", "1h"];
  const server = await startServer(t, ["--config", config, ...data, "--drain-delay", "0"]);
  const seriesOf = async (mapping: string): Promise<readonly string[]> => {
    const lines = (await (await fetch(`${server.metricsUrl}/metrics`)).text()).split("\n");
    return lines.filter((line) => line.includes(`registry="${mapping}"`));
  };
  t.same(await seriesOf("harbor"), [
    'pullcred_decisions_total{registry="harbor",reason="Injected"} 0',
    'pullcred_copies_total{registry="harbor",result="CopyWritten"} 0',
    'pullcred_copies_total{registry="harbor",result="CopyFailed"} 0',
    'pullcred_verifications_total{registry="harbor",verdict="Works"} 0',
    'pullcred_verifications_total{registry="harbor",verdict="WrongCredentials"} 0',
    'pullcred_origin{registry="harbor",state="missing"} 1',
    ...["current", "stale", "foreign"].map(
      (state) => `pullcred_copies_standing{registry="harbor",state="${state}"} 0`,
    ),
  ]);
  const ofFiles = await seriesOf("files");
  t.same(
    ofFiles.filter((line) => /refreshes|origin/.test(line)),
    [
      'pullcred_source_refreshes_total{registry="files",result="CredentialRefreshed"} 0',
      'pullcred_source_refreshes_total{registry="files",result="CredentialMissing"} 0',
      'pullcred_source_refreshes_total{registry="files",result="CredentialRefused"} 0',
      'pullcred_source_refreshes_total{registry="files",result="RefreshFailed"} 0',
      'pullcred_source_refreshes_total{registry="files",result="ForeignSecret"} 1',
      'pullcred_origin{registry="files",state="foreign"} 1',
    ],
  );
  await server.review(review(pod({ images: ["harbor.example.com/app"] })));
  const missed = 'pullcred_copies_total{registry="harbor",result="NoCredential"} 1';
  t.ok((await seriesOf("harbor")).includes(missed));
  writeFileSync(config, configText([HUB]));
  await eventually("nothing is left of the mappings that went away", async () => {
    const left = [...(await seriesOf("harbor")), ...(await seriesOf("files"))];
    return left.length === 0 ? "none" : undefined;
  });
  t.equal(await server.stop(), 0);
});

t.test("a flood of bad requests is bounded in the log, and is told in whole before the end", async (t) => {
  const folder = t.testdir({ "config.yaml": configText([HARBOR]) });
  const server = await startServer(t, ["--config", join(folder, "config.yaml"), "--drain-delay", "0"]);
  const flood = LINES_PER_WINDOW + 50;
  await Promise.all(Array.from({ length: flood }, () => server.review({})));
  t.equal(await server.stop(), 0);
  const lines = server
    .stderr()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  // A window may have ended in between.
  const written = lines.filter(({ msg }) => msg === "review refused").length;
  const told = lines.filter(({ of }) => of === "review refused");
  t.equal(
    told.reduce((sum, line) => sum + line.lines, written),
    flood,
  );
});

function asSecret(parts: object): object {
  return { apiVersion: "v1", kind: "Secret", type: "kubernetes.io/basic-auth", ...parts };
}
