import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import t, { type Test } from "tap";
import { decodeResponse } from "../../src/core/credential-provider/response.ts";

const KUBELET = process.env.PULLCRED_TEST_KUBELET ?? "";
const VERSION = "credentialprovider.kubelet.k8s.io/v1";
const ENTRY = '{"username":"u","password":"p"}';

/** An answer with these fields instead of good ones, as JSON text; null leaves one out. */
function answer(fields: Readonly<Record<string, string | null>>): string {
  const good = {
    kind: '"CredentialProviderResponse"',
    apiVersion: `"${VERSION}"`,
    cacheKeyType: '"Registry"',
    cacheDuration: '"5m0s"',
    auth: `{"r.example.com":${ENTRY}}`,
  };
  const written = Object.entries({ ...good, ...fields }).filter(([, value]) => value !== null);
  return `{${written.map(([key, value]) => `"${key}":${value}`).join(",")}}`;
}

const ANSWERS: readonly (readonly [string, string])[] = [
  ["as it should be", answer({})],
  [
    "YAML",
    `kind: CredentialProviderResponse\napiVersion: ${VERSION}\ncacheKeyType: Registry\nauth: {r.example.com: ${ENTRY}}\n`,
  ],
  ["a line of a log before it", `I0101 starting\n${answer({})}`],
  ["a word behind it", `${answer({})}\ndone\n`],
  ["twice", `${answer({})}\n${answer({})}`],
  ["a byte order mark", `\ufeff${answer({})}`],
  ["nothing", ""],
  ["null", "null"],
  ["no kind", answer({ kind: null })],
  ["another version", answer({ apiVersion: `"${VERSION}beta1"` })],
  ["a field that nobody knows", answer({ other: "1" })],
  ["metadata", answer({ metadata: "{}" })],
  ["a field with a capital", answer({ auth: null, Auth: `{"r.example.com":${ENTRY}}` })],
  ["a field twice", answer({}).replace("{", '{"cacheKeyType":"Image",')],
  ["an entry twice", answer({ auth: `{"r.example.com":${ENTRY},"r.example.com":${ENTRY}}` })],
  ["no cacheKeyType", answer({ cacheKeyType: null })],
  ["a cacheKeyType in small letters", answer({ cacheKeyType: '"registry"' })],
  ...["null", '"0"', '"0s"', '"-5m"', '"1.5h"', '"1h2m3s4ms"', '"5"', '""', '"1d"', '" 5m"', "300"].map(
    (cacheDuration) => [`cacheDuration ${cacheDuration}`, answer({ cacheDuration })] as const,
  ),
  ...["null", "{}", "[]", '"x"'].map((auth) => [`auth ${auth}`, answer({ auth })] as const),
  ...[
    "null",
    "{}",
    '{"username":"u"}',
    '{"username":"u","password":5}',
    '{"Username":"u","password":"p"}',
  ].map((entry) => [`entry ${entry}`, answer({ auth: `{"r.example.com":${entry}}` })] as const),
  ["an entry as in a config.json", answer({ auth: '{"r.example.com":{"auth":"dTpw"}}' })],
  ["a key with a scheme", answer({ auth: `{"https://r.example.com":${ENTRY}}` })],
  ["a key with a wildcard", answer({ auth: `{"*.example.com":${ENTRY}}` })],
];

/** What kubelet's own code would pull with, where a plugin gives this answer. */
async function askKubelet(t: Test): Promise<(text: string) => Promise<readonly string[]>> {
  const folder = t.testdir({});
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "plugin"), `#!/bin/sh\ncat > /dev/null\ncat "${join(folder, "answer")}"\n`);
  chmodSync(join(bin, "plugin"), 0o755);
  const provider = {
    name: "plugin",
    matchImages: ["r.example.com"],
    defaultCacheDuration: "5m",
    apiVersion: VERSION,
  };
  const config = join(folder, "config.json");
  const kind = { apiVersion: "kubelet.config.k8s.io/v1", kind: "CredentialProviderConfig" };
  writeFileSync(config, JSON.stringify({ ...kind, providers: [provider] }));
  return async (text) => {
    writeFileSync(join(folder, "answer"), text);
    const { stdout } = await promisify(execFile)(KUBELET, [config, bin, "r.example.com/app"]);
    const found: { credentials: readonly { username: string; password: string }[] } = JSON.parse(stdout);
    return found.credentials.flatMap(({ username, password }) => (username && password ? [username] : []));
  };
}

t.test("pullcred takes from a plugin's answer what kubelet takes from it", async (t) => {
  const ask = await askKubelet(t);
  for (const [name, text] of ANSWERS) {
    const decoded = decodeResponse(text, VERSION);
    const credentials = decoded.ok ? [...decoded.response.auth.values()] : [];
    const whole = credentials.filter(({ username, password }) => username !== "" && !password.isEmpty);
    t.same(
      whole.map(({ username }) => username),
      await ask(text),
      name,
    );
  }
});
