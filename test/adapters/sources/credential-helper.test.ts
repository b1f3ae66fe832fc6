import { execFileSync } from "node:child_process";
import t from "tap";
import { askHelper, type HelperResult } from "../../../src/adapters/sources/credential-helper.ts";
import { installHelper, storeScript } from "../../builders/helper-program.ts";

const SERVER = "https://reg.example.com";
const MODULE = new URL("../../../src/adapters/sources/credential-helper.ts", import.meta.url);
const { signal } = new AbortController();

function plain(result: HelperResult): unknown {
  return result.kind === "credential" ? [result.username, result.password.reveal()] : result;
}

t.test("a helper is asked by its protocol", async (t) => {
  const environment = installHelper(t.testdir({}), "test", storeScript({ [SERVER]: ["user", "pass"] }));
  t.same(plain(await askHelper("test", SERVER, environment, signal)), ["user", "pass"]);
  t.same(await askHelper("test", "https://other.example.com", environment, signal), { kind: "notFound" });
});

t.test("whatever else a helper does is told, without its words", async (t) => {
  const rows: readonly (readonly [string, string, unknown])[] = [
    ["a token", 'console.log(\'{"Username":"<token>","Secret":"x"}\')', { kind: "identityToken" }],
    ["an empty answer", 'console.log(\'{"Username":"","Secret":""}\')', { kind: "notFound" }],
    ["no JSON", 'console.log("secret-word")', { kind: "failed", problem: "did not answer with JSON" }],
    [
      "other JSON",
      'console.log("[1]")',
      { kind: "failed", problem: "did not answer with Username and Secret" },
    ],
    [
      "an error",
      'console.log("secret-word"); process.exit(3)',
      { kind: "failed", problem: "ended with exit code 3" },
    ],
    [
      "no end of words",
      'for (;;) fs.writeSync(1, "x".repeat(65536))',
      { kind: "failed", problem: "wrote more than 1 MiB" },
    ],
  ];
  for (const [name, script, expected] of rows) {
    const environment = installHelper(t.testdir({}), "test", script);
    t.same(await askHelper("test", SERVER, environment, signal), expected, name);
  }
});

t.test("a helper that is not there, or cannot be one, is told", async (t) => {
  const environment = { PATH: t.testdir({}) };
  t.same(await askHelper("none", SERVER, environment, signal), {
    kind: "failed",
    problem: "is not on the PATH: install it",
  });
  for (const suffix of ["", "../x", "a/b", "a b", "-x"]) {
    const problem = "has a name that no credential helper can have";
    t.same(
      await askHelper(suffix, SERVER, environment, signal),
      { kind: "failed", problem },
      JSON.stringify(suffix),
    );
  }
});

t.test("a machine that has no file descriptor left takes no more than the answer", async (t) => {
  const script = `
    import fs from "node:fs";
    import { askHelper } from ${JSON.stringify(MODULE)};
    const environment = { PATH: ${JSON.stringify(installHelper(t.testdir({}), "test", "").PATH)} };
    const taken = [];
    try { for (;;) taken.push(fs.openSync("/dev/null")); } catch {}
    const result = await askHelper("test", "reg.example.com", environment, new AbortController().signal);
    for (const file of taken) fs.closeSync(file);
    console.log(JSON.stringify(result));`;
  const command = 'ulimit -n 100; exec "$0" --input-type=module -e "$1"';
  const answer = execFileSync("/bin/sh", ["-c", command, process.execPath, script], { encoding: "utf8" });
  t.same(JSON.parse(answer), { kind: "failed", problem: "could not be run (EMFILE)" });
});

t.test("an environment with which nothing can be started is told", async (t) => {
  const environment = { PATH: t.testdir({}), BROKEN: "a\0b" };
  t.same(await askHelper("test", SERVER, environment, signal), {
    kind: "failed",
    problem: "could not be run (ERR_INVALID_ARG_VALUE)",
  });
});
