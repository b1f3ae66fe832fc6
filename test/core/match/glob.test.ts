import t from "tap";
import { toByteString } from "../../../src/core/match/byte-string.ts";
import { matchGlob, parseGlob } from "../../../src/core/match/glob.ts";
import { readAnswers } from "../../oracle/answers.ts";

t.test("every answer is filepath.Match's own", async (t) => {
  const { names, patterns } = readAnswers("glob");
  for (const { pattern, wellFormed, matches } of patterns) {
    const label = JSON.stringify(pattern);
    t.same(
      names.filter((name) => matchGlob(pattern, name)),
      matches,
      label,
    );
    t.equal(parseGlob(toByteString(pattern)) !== null, wellFormed, `${label} is well-formed or not`);
  }
});

t.test("a glob matches the whole name", async (t) => {
  const cases = [
    ["team-*", "team-a", true],
    ["team-*", "a-team-a", false],
    ["*", "", true],
    ["?", "", false],
    ["*-prod", "team-prod", true],
    ["*-prod", "team-prod-2", false],
    ["r[0-9]?", "r1€", true],
    ["[^a]", "a", false],
    ["\\*", "*", true],
    ["*", "a/b", false],
    ["[a-", "a", false],
  ] as const;
  for (const [pattern, name, expected] of cases)
    t.equal(matchGlob(pattern, name), expected, `${pattern} ${name}`);
});

t.test("many stars cost no more than their number times the name", async (t) => {
  t.notOk(matchGlob(`${"a*".repeat(2000)}b`, "a".repeat(2000)));
  t.ok(matchGlob("*".repeat(100_000), "a"));
  t.notOk(matchGlob(`*${"?".repeat(1000)}b`, "a".repeat(100_000)));
});
