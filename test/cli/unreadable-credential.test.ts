import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import t, { type Test } from "tap";
import { pullcred } from "../builders/cli.ts";
import { configText } from "../builders/config.ts";

const HOST = "harbor.example.com";
const REQUEST = JSON.stringify({
  apiVersion: "credentialprovider.kubelet.k8s.io/v1",
  kind: "CredentialProviderRequest",
  image: `${HOST}/shop`,
});

/** What `verify` and `credential-provider` say of a docker config.json with this content. */
async function readFrom(t: Test, content: string | Record<string, never>) {
  const path = t.testdir({ "docker.json": content });
  const file = join(path, "docker.json");
  const config = join(path, "config.yaml");
  writeFileSync(
    config,
    configText([{ name: "file", matchImages: [HOST], credentials: { configFile: { path: file } } }]),
  );
  const [verify, provider] = await Promise.all([
    pullcred(["verify", "--config", config, "-o", "json"]),
    pullcred(["credential-provider", "--config", config], REQUEST),
  ]);
  const [{ verdict, detail }] = JSON.parse(verify.stdout).results;
  return { file, verdict, detail, code: provider.code, stderr: provider.stderr };
}

t.test("a docker config.json that is no JSON is named", async (t) => {
  const { file, verdict, detail, code, stderr } = await readFrom(t, "{,");
  const problem = `${file} is not JSON: see line 1, column 2`;
  t.same([verdict, detail], ["NoCredential", `there is no credential: ${problem}`]);
  t.same([code, stderr], [1, `pullcred: mapping file: ${problem}\n`]);
});

t.test("so is a folder in its place", async (t) => {
  const { file, verdict, detail, code, stderr } = await readFrom(t, {});
  const problem = `could not read ${file}: it is a directory`;
  t.same([verdict, detail], ["Inconclusive", `the credential could not be read: ${problem}`]);
  t.same([code, stderr], [1, `pullcred: mapping file: ${problem}\n`]);
});

t.test("a Secret's manifest that cannot be used says why, not what its Secret would lack", async (t) => {
  const path = t.testdir({ "config.yaml": configText([{ name: "harbor", matchImages: [HOST] }]) });
  const file = join(path, "data", "secrets", "pullcred", "harbor-creds.yaml");
  mkdirSync(dirname(file), { recursive: true });
  const rows = [
    ["kind: [", /not YAML at line 1, column \d+$/],
    ["apiVersion: v1\nkind: Secret\nmetadata: {name: other}\n", /metadata\.name must be harbor-creds/],
  ] as const;
  for (const [text, problem] of rows) {
    writeFileSync(file, text);
    const args = ["--config", join(path, "config.yaml"), "--data-dir", join(path, "data"), "-o", "json"];
    const { stdout } = await pullcred(["verify", ...args]);
    const [{ verdict, detail }] = JSON.parse(stdout).results;
    t.equal(verdict, "Inconclusive");
    t.match(detail, problem);
    t.ok(detail.startsWith(`the credential could not be read: could not use ${file}: `), detail);
  }
});
