import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import t from "tap";
import { chooseAccess } from "../../../../src/adapters/kube/client/choose-access.ts";
import { makeSelfSigned } from "../../../../src/adapters/tls/self-signed.ts";
import { kubeconfigText } from "../../../builders/kubeconfig.ts";
import { installTokenPlugin } from "../../../builders/token-plugin.ts";

const MARK = "s3cr3t-mark";
const folder = t.testdir({ "no-folder": "x" });
const pairs = await Promise.all([1, 2].map(() => makeSelfSigned(["localhost"], Date.now(), 60_000)));
const [one, two] = pairs.map(({ serving }) => ({
  certificate: Buffer.from(serving.certificate).toString("base64"),
  key: Buffer.from(serving.key).toString("base64"),
}));

function plugin(name: string, script: string): object {
  return {
    exec: { apiVersion: "client.authentication.k8s.io/v1", ...installTokenPlugin(folder, name, script) },
  };
}

const user = (fields: object): string => kubeconfigText({ user: fields });
const cluster = (fields: object): string => kubeconfigText({ cluster: fields });
const credential = (status: unknown): string =>
  `process.stdout.write(JSON.stringify({ kind: "ExecCredential", status: ${JSON.stringify(status)} }))`;

const FILES: readonly (readonly [string, string | Buffer, string | RegExp])[] = [
  ["an empty file", "", "it is empty: name another one by KUBECONFIG"],
  ["only comments", `# ${MARK}\n`, "it is empty: name another one by KUBECONFIG"],
  ["text", MARK, "it is no kubeconfig, which has clusters, users and contexts"],
  ["a list", `- ${MARK}`, "it is no kubeconfig, which has clusters, users and contexts"],
  ["binary", Buffer.from([0xff, 0xfe, 0, 7]), "it is not UTF-8 text: save it as UTF-8"],
  [
    "one line that is indented wrongly",
    `users:\n- name: u\n  user:\n    token: ${MARK}\n   password: ${MARK}\n`,
    "line 5, column 1: wrong indentation: what belongs together must start in the same column",
  ],
  ["a tab", `users:\n\t- ${MARK}`, /^line 2, column 1: /],
  ["a key that stands twice", `${MARK}: 1\n${MARK}: 2`, /^line 2, column 1: the same key stands twice/],
  ["an alias of nothing", `users: *${MARK}`, /^line 1, column 8: YAML reads a value that starts with "\*"/],
  ["a tag", `users: !${MARK} x`, /^line 1, column 8: YAML reads what starts with "!" as a tag/],
  ["a key that is no text", `? {a: ${MARK}}\n: b`, /^line 1, column 3: a key must be text/],
  ["two documents", `a: b\n---\n${MARK}`, /^line 2, column 1: the file must hold one YAML document/],
  [
    "aliases that repeat too much",
    [
      "a: &a [x,x,x,x,x,x,x,x]",
      ..."bcdefg".split("").map((key, index) => {
        const before = "abcdefg"[index];
        return `${key}: &${key} [${Array(8).fill(`*${before}`)}]`;
      }),
    ].join("\n"),
    "aliases repeat too much of the file: write it out",
  ],
  ["no contexts", `users: [{name: ${MARK}}]`, "it has no contexts: name another one by KUBECONFIG"],
  [
    "contexts that are no list",
    `contexts: {${MARK}: x}`,
    'contexts must be a list: begin each entry with "- name:"',
  ],
  ["an entry that is none", `users: [${MARK}]`, "users[0].name must be there, as text"],
  ["a name that is no text", "users: [{name: 1}]", "users[0].name must be there, as text"],
  ["a user that is text", `users: [{name: u, user: ${MARK}}]`, "users[0].user must be a mapping"],
  [
    "a current-context that is no text",
    "current-context: [x]",
    "current-context must be text: put it in quotes",
  ],
  [
    "no current context",
    kubeconfigText({ current: "" }),
    'it has no current-context: choose one by kubectl config use-context, of "x"',
  ],
  [
    "a current context that is not there",
    kubeconfigText({ current: "no\u001bpe" }),
    'its current-context "no?pe" is none of its contexts: choose one by kubectl config use-context, of "x"',
  ],
  [
    "a cluster that is not there",
    kubeconfigText({ context: { cluster: "d", user: "u" } }),
    'context "x" names cluster "d", which is not there',
  ],
  ["no cluster", kubeconfigText({ context: { user: "u" } }), 'context "x" names no cluster'],
  [
    "a user who is not there",
    kubeconfigText({ context: { cluster: "c", user: "v" } }),
    'context "x" names user "v", which is not there',
  ],
  ["no server", cluster({ server: null }), 'cluster "c": its server is no URL: write https://HOST:PORT'],
  ["a server that is no URL", cluster({ server: `${MARK} x` }), /^cluster "c": its server is no URL/],
  ["a server without a scheme", cluster({ server: "localhost:6443" }), /^cluster "c": its server is no URL/],
  [
    "a server that is no text",
    cluster({ server: 1 }),
    'cluster "c": its server must be text: put it in quotes',
  ],
  [
    "plain HTTP",
    cluster({ server: `http://u:${MARK}@x` }),
    /^cluster "c": its server is http, .*: write https, or/,
  ],
  [
    "a CA that is not there",
    cluster({ "certificate-authority": MARK }),
    'cluster "c": could not read the file that is its certificate-authority: there is no such file',
  ],
  ["a token that is no text", user({ token: 12 }), 'user "u": its token must be text: put it in quotes'],
  ["a token with a line break", user({ token: `${MARK}\nx` }), /^user "u": its credential has a character/],
  [
    "a token file that is not there",
    user({ tokenFile: MARK }),
    'user "u": could not read the file that is its tokenFile: there is no such file',
  ],
  [
    "a key where its file should be named",
    user({ "client-certificate-data": one?.certificate, "client-key": `${MARK}\n`.repeat(500) }),
    /^user "u": could not read the file that is its client-key: /,
  ],
  [
    "a client certificate that is none",
    user({ "client-certificate-data": "!!!", "client-key-data": MARK }),
    'user "u": its client certificate and key are not PEM, or do not belong together',
  ],
  [
    "the key of another certificate",
    user({ "client-certificate-data": one?.certificate, "client-key-data": two?.key }),
    'user "u": its client certificate and key are not PEM, or do not belong together',
  ],
  [
    "a client certificate without a key",
    user({ "client-certificate-data": one?.certificate }),
    'user "u": client-certificate and client-key go together: add the other one',
  ],
  [
    "a plugin that is not there",
    user({ exec: { command: "no-such-plugin", args: [MARK] } }),
    'user "u": its exec plugin "no-such-plugin" is not on the PATH: install it',
  ],
  [
    "a plugin's path that is not there",
    user({ exec: { command: "/none" } }),
    /"\/none" is not there: install or mount it$/,
  ],
  ["a plugin that is no program", user({ exec: { command: folder } }), / could not be run \(EACCES\)$/],
  [
    "a plugin without a command",
    user({ exec: { args: [MARK] } }),
    'user "u": its exec plugin has no command',
  ],
  [
    "a plugin that does not answer JSON",
    user(plugin("text", `console.log("${MARK} oops"); console.error("${MARK}")`)),
    /^user "u": its exec plugin ".*text" did not answer JSON: run it by hand$/,
  ],
  [
    "a plugin that fails",
    user(plugin("fails", `console.log("${MARK}"); console.error("${MARK}"); process.exitCode = 3`)),
    /^user "u": its exec plugin ".*fails" failed with exit code 3: run it by hand$/,
  ],
  [
    "a plugin that asks whoever there is",
    user(plugin("asks", `process.stdin.on("end", () => process.exit(4)).resume()`)),
    / failed with exit code 4: run it by hand$/,
  ],
  [
    "a plugin that is killed",
    user(plugin("killed", `process.kill(process.pid, "SIGKILL")`)),
    / was ended by a signal: run it by hand$/,
  ],
  [
    "a plugin that answers nothing",
    user(plugin("nothing", credential(undefined))),
    / gave no credential: run it/,
  ],
  [
    "a plugin without a token",
    user(plugin("tokenless", credential({ x: MARK }))),
    / gave no credential: run it/,
  ],
  [
    "a plugin's token with a line break",
    user(plugin("broken", credential({ token: `${MARK}\nx` }))),
    /^user "u": its credential has a character/,
  ],
  [
    "groups to be in",
    user({ as: MARK, "as-groups": [MARK] }),
    /^user "u": pullcred does not know .* by as-groups/,
  ],
  [
    "an identity provider with a token that is none",
    user({ "auth-provider": { name: "oidc", config: { "id-token": `${MARK}.${MARK}.${MARK}` } } }),
    'user "u": its auth-provider "oidc" gave no credential: sign in again, or use an exec plugin',
  ],
  [
    "a provider that nobody knows",
    user({ "auth-provider": { name: "other" } }),
    /^user "u": its auth-provider "other" gave no credential/,
  ],
];

function open(...files: readonly string[]): Promise<unknown> {
  return chooseAccess({ KUBECONFIG: files.join(delimiter) }, "add --standalone")();
}

/** All that a log or a terminal may have of an error. */
async function failureOf(
  opening: Promise<unknown>,
): Promise<{ readonly code?: string; readonly message: string; readonly text: string }> {
  const error = await opening.then(
    () => new Error("it is usable"),
    (failure: Error & { code?: string }) => failure,
  );
  const text = [error.stack, (error.cause as Error | undefined)?.stack, JSON.stringify(error)].join("\n");
  return { ...("code" in error && { code: error.code }), message: error.message, text };
}

t.test("a broken kubeconfig is named with the place and the remedy, and nothing of it is told", async (t) => {
  const file = join(folder, "kubeconfig");
  for (const [what, content, problem] of FILES) {
    writeFileSync(file, content);
    const { code, message, text } = await failureOf(open(file));
    const start = `could not read kubeconfig ${file}: `;
    t.equal(code, "ClusterUnreachable", what);
    t.equal(message.slice(0, start.length), start, what);
    t.match(message.slice(start.length), problem, what);
    t.notMatch(text, MARK, what);
  }
});

t.test("what is no file is named, too", async (t) => {
  mkdirSync(join(folder, "directory"));
  const { message } = await failureOf(open(join(folder, "directory")));
  t.equal(message, `could not read kubeconfig ${join(folder, "directory")}: it is a directory`);
});

t.test("of several files the broken one is named, or all where each is sound by itself", async (t) => {
  const [sound, broken, empty] = ["sound", "broken", "empty"].map((name) => join(folder, name));
  writeFileSync(`${sound}`, kubeconfigText({ current: "" }));
  writeFileSync(`${broken}`, `users: [${MARK}`);
  writeFileSync(`${empty}`, "");
  const rows = [
    [[`${sound}`, `${broken}`], `could not read kubeconfig ${broken}: line 1, column `],
    [
      [`${empty}`, `${sound}`],
      `could not read kubeconfig ${empty} with ${sound}: it has no current-context: `,
    ],
  ] as const;
  for (const [files, beginning] of rows) {
    const { message, text } = await failureOf(open(...files));
    t.equal(message.slice(0, beginning.length), beginning);
    t.notMatch(text, MARK);
  }
});
