import { readFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { execSource } from "../../../../src/adapters/sources/exec/exec-source.ts";
import type { ExecConfig } from "../../../../src/core/config/sources/exec-schema.ts";
import type { SourceResult } from "../../../../src/core/credential/source.ts";
import { fakeClock } from "../../../builders/fake-clock.ts";
import { answerScript, installPlugin } from "../../../builders/plugin-program.ts";

const MINUTE = 60_000;
const AUTH = 'auth: { [request.image.split("/")[0]]: { username: "u", password: "p" } }';
const GOOD = answerScript(`cacheKeyType: "Registry", cacheDuration: "1h", ${AUTH}`);

type Parts = Partial<Omit<ExecConfig, "command">> & { matchImages?: readonly string[]; timeout?: number };

function setUp(
  t: Test,
  script: string,
  { matchImages = ["reg.example.com"], timeout, ...config }: Parts = {},
) {
  const folder = t.testdir({});
  const command = installPlugin(folder, script);
  const clock = fakeClock();
  const environment = { ...process.env, SECRET_OF_PULLCRED: "mine", PASSED: "yes" };
  const options = { config: { command, ...config }, matchImages, environment, clock };
  return {
    folder,
    clock,
    source: execSource(timeout === undefined ? options : { ...options, timeout }),
    asked: () => readFileSync(join(folder, "asked"), "utf8").trim().split("\n"),
  };
}

function plain(result: SourceResult): unknown {
  if (result.kind !== "credentials") return result;
  const entries = [...result.credentials].map(([server, entry]) => [
    server,
    `${entry.username}:${entry.password.reveal()}`,
  ]);
  return Object.fromEntries(entries);
}

/** Notes what is asked. */
const NOTING = 'fs.appendFileSync(new URL("asked", import.meta.url), request.image + "\\n");\n';

t.test("a plugin is asked by its protocol, and its promise is the credential's end", async (t) => {
  const { source, clock } = setUp(t, GOOD);
  clock.advance(5 * MINUTE);
  const result = await source.read();
  t.same(plain(result), { "reg.example.com": "u:p" });
  t.match(result, { findings: [], expiresAt: 65 * MINUTE });
});

t.test("a plugin is asked once for what one answer is good for", async (t) => {
  const matchImages = ["a.example.com/x/", "a.example.com/y/", "b.example.com"];
  const rows = [
    ["Image", ["a.example.com/x/image", "a.example.com/y/image", "b.example.com/image"]],
    ["Registry", ["a.example.com/x/image", "b.example.com/image"]],
    ["Global", ["a.example.com/x/image"]],
  ] as const;
  for (const [type, expected] of rows) {
    const script = NOTING + answerScript(`cacheKeyType: "${type}", ${AUTH}`);
    const { source, asked } = setUp(t, script, { matchImages });
    const result = await source.read();
    t.same(asked(), expected, type);
    const findings = result.kind === "credentials" ? result.findings : [];
    const narrow = findings.filter(({ path }) => path === "cacheKeyType");
    t.equal(narrow.length, type === "Image" ? 3 : 0, `${type}: that it may be too narrow is told`);
  }
});

t.test("the image that is written is the one that is asked for", async (t) => {
  const { source, asked } = setUp(t, NOTING + GOOD, {
    matchImages: ["*.example.com"],
    image: "eu.example.com/a",
  });
  t.same(plain(await source.read()), { "eu.example.com": "u:p" });
  t.same(asked(), ["eu.example.com/a"]);
});

t.test("arguments and environment are those that are written, and nothing else of pullcred's", async (t) => {
  const script = `fs.writeFileSync(new URL("seen", import.meta.url), JSON.stringify([process.argv.slice(2), process.env]));${GOOD}`;
  const { source, folder } = setUp(t, script, {
    args: ["get-credentials", "a b"],
    env: [{ name: "SET", value: "1" }],
    passEnv: ["PASSED", "ABSENT"],
  });
  await source.read();
  const [args, env] = JSON.parse(readFileSync(join(folder, "seen"), "utf8"));
  t.same(args, ["get-credentials", "a b"]);
  t.match(env, { SET: "1", PASSED: "yes", PATH: process.env.PATH });
  t.notOk("SECRET_OF_PULLCRED" in env || "ABSENT" in env);
});

t.test("older versions of the API are spoken, too", async (t) => {
  const apiVersion = "credentialprovider.kubelet.k8s.io/v1alpha1";
  const { source } = setUp(t, GOOD, { apiVersion });
  t.same(plain(await source.read()), { "reg.example.com": "u:p" });
  const fixed = GOOD.replace("request.apiVersion", '"credentialprovider.kubelet.k8s.io/v1"');
  t.match(await setUp(t, fixed, { apiVersion }).source.read(), {
    kind: "broken",
    problems: [{ path: /test-provider/, message: /set exec.apiVersion/ }],
  });
});

t.test("how long an answer is good", async (t) => {
  const rows: readonly (readonly [string, string, string | undefined, number | undefined])[] = [
    ["what the plugin says", 'cacheDuration: "30m"', undefined, 30 * MINUTE],
    ["what the configuration says", "cacheDuration: null", "2h", 120 * MINUTE],
    ["ten minutes where nobody says", "cacheDuration: null", undefined, 10 * MINUTE],
    ["a minute", 'cacheDuration: "1m"', undefined, MINUTE],
    ["less is no promise", 'cacheDuration: "59s"', undefined, undefined],
    ["nothing", 'cacheDuration: "0s"', undefined, undefined],
  ];
  for (const [name, duration, defaultCacheDuration, expiresAt] of rows) {
    const script = answerScript(`cacheKeyType: "Registry", ${duration}, ${AUTH}`);
    const { source } = setUp(t, script, { ...(defaultCacheDuration && { defaultCacheDuration }) });
    const result = await source.read();
    t.equal(result.kind === "credentials" && result.expiresAt, expiresAt, name);
  }
});

t.test("a plugin that promises less than a minute is asked every minute", async (t) => {
  for (const [duration, expected] of [
    ["0s", 3],
    ["1h", 0],
  ] as const) {
    const script = answerScript(`cacheKeyType: "Registry", cacheDuration: "${duration}", ${AUTH}`);
    const { source, clock } = setUp(t, script);
    let changes = 0;
    const stop = source.watch(() => changes++);
    await source.read();
    clock.advance(3 * MINUTE);
    stop();
    clock.advance(3 * MINUTE);
    t.same([changes, clock.pending], [expected, 0], duration);
  }
});

t.test("an answer that holds nothing usable is told as what it is", async (t) => {
  const rows: readonly (readonly [string, string, object])[] = [
    [
      "null",
      "auth: null",
      { kind: "missing", message: /test-provider has no credential for reg.example.com\/image/ },
    ],
    ["empty", "auth: {}", { kind: "missing" }],
    [
      "no password",
      'auth: { "reg.example.com": { username: "u" } }',
      {
        kind: "broken",
        problems: [{ message: /no credential that kubelet can use/ }, { message: /no password/ }],
      },
    ],
    [
      "another registry's",
      'auth: { "other.example.com": { username: "u", password: "p" } }',
      { kind: "credentials", findings: [{ path: "matchImages[0]", message: /no entry serves pattern/ }] },
    ],
  ];
  for (const [name, auth, expected] of rows) {
    const { source } = setUp(t, answerScript(`cacheKeyType: "Registry", ${auth}`));
    t.match(await source.read(), expected, name);
  }
});

t.test("an answer that kubelet would not read is refused, without a word of it", async (t) => {
  const rows = [
    'console.log("s3cret")',
    GOOD.replace("kind", 'token: "s3cret", kind'),
    "console.log(1, 's3cret')",
  ];
  for (const script of rows) {
    const result = await setUp(t, script).source.read();
    t.match(result, {
      kind: "broken",
      problems: [{ path: /the answer of the credential provider test-provider/ }],
    });
    t.notMatch(JSON.stringify(result), "s3cret");
  }
});

t.test("a plugin that does not get to an answer fails, without its words, and is tried again", async (t) => {
  const rows: readonly (readonly [string, string, RegExp])[] = [
    [
      "an exit code",
      'console.error("s3cret"); process.exit(3)',
      /reg\.example\.com\/image: it ended with exit code 3/,
    ],
    ["a signal", "process.kill(process.pid, 'SIGKILL')", /it was killed|exit code 137/],
    ["no end of words", 'for (;;) fs.writeSync(1, "s3cret".repeat(65536))', /it wrote more than 1 MiB/],
    ["no answer", "setInterval(() => undefined, 1000)", /it did not answer within 0.5 s/],
  ];
  for (const [name, script, message] of rows) {
    const { source } = setUp(t, script, name === "no answer" ? { timeout: 500 } : {});
    const error = await source.read().catch((error: unknown) => error);
    t.match(error, { name: "PullcredError", code: "SourceFailed", message }, name);
    t.notMatch((error as Error).message, "s3cret", name);
  }
});

t.test("a plugin that is not there is told by its name", async (t) => {
  const rows = [
    [
      "/nowhere/ecr-credential-provider",
      /provider ecr-credential-provider .* it is not there: install or mount it/,
    ],
    ["no-such-credential-provider", /it is not on the PATH: install it/],
  ] as const;
  for (const [command, message] of rows) {
    const source = execSource({
      config: { command },
      matchImages: ["reg.example.com"],
      environment: process.env,
      clock: fakeClock(),
    });
    await t.rejects(source.read(), { message });
  }
});

t.test("whoever stops the reading stops the plugin", async (t) => {
  const { source } = setUp(t, "setInterval(() => undefined, 1000)");
  const ending = new AbortController();
  const reading = source.read(ending.signal);
  ending.abort(new Error("stopping"));
  await t.rejects(reading, { message: "stopping" });
});
