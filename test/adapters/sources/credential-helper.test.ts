import t from "tap";
import { askHelper, type HelperResult } from "../../../src/adapters/sources/credential-helper.ts";
import { installHelper, storeScript } from "../../builders/helper-program.ts";

const SERVER = "https://reg.example.com";

function plain(result: HelperResult): unknown {
  return result.kind === "credential" ? [result.username, result.password.reveal()] : result;
}

t.test("a helper is asked by its protocol", async (t) => {
  const environment = installHelper(t.testdir({}), "test", storeScript({ [SERVER]: ["user", "pass"] }));
  t.same(plain(await askHelper("test", SERVER, { environment })), ["user", "pass"]);
  t.same(await askHelper("test", "https://other.example.com", { environment }), { kind: "notFound" });
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
    ["no end", "setInterval(() => {}, 1000)", { kind: "failed", problem: "did not answer within 0.5 s" }],
    [
      "no end of words",
      'for (;;) fs.writeSync(1, "x".repeat(65536))',
      { kind: "failed", problem: "wrote more than 1 MiB" },
    ],
  ];
  for (const [name, script, expected] of rows) {
    const environment = installHelper(t.testdir({}), "test", script);
    const timeout = name === "no end" ? 500 : 30_000;
    t.same(await askHelper("test", SERVER, { environment, timeout }), expected, name);
  }
});

t.test("a helper that is not there, or cannot be one, is told", async (t) => {
  const environment = { PATH: t.testdir({}) };
  t.same(await askHelper("none", SERVER, { environment }), {
    kind: "failed",
    problem: "is not on the PATH: install it",
  });
  for (const suffix of ["", "../x", "a/b", "a b", "-x"]) {
    const problem = "has a name that no credential helper can have";
    t.same(
      await askHelper(suffix, SERVER, { environment }),
      { kind: "failed", problem },
      JSON.stringify(suffix),
    );
  }
});
