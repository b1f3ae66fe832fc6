import t from "tap";
import {
  type MatchPattern,
  matchesPattern,
  parseMatchPattern,
} from "../../../src/core/match/match-pattern.ts";
import { compilePatternIndex, type PatternIndex } from "../../../src/core/match/pattern-index.ts";
import { readAnswers } from "../../oracle/answers.ts";

t.test("hits are in config order, one for each mapping, its first pattern that matches", async (t) => {
  const index = compile([
    ["*.example.com", "reg.example.com"],
    ["other.example.com"],
    ["reg.example.com/b", "reg.example.com/team/", "*.*.*"],
    ["reg.example.com:5000"],
    ["reg.example.com"],
  ]);
  t.same(hitsOf(index, "reg.example.com/team/app"), [
    [0, "*.example.com"],
    [2, "reg.example.com/team/"],
    [4, "reg.example.com"],
  ]);
  t.same(hitsOf(index, "reg.example.com:5000/team/app"), [[3, "reg.example.com:5000"]]);
  t.same(hitsOf(index, "docker.io/library/nginx"), []);
});

t.test("the same pattern twice, in one mapping and in two", async (t) => {
  const index = compile([["docker.io", "docker.io"], ["index.docker.io"], ["docker.io"]]);
  t.same(hitsOf(index, "docker.io/library/nginx"), [
    [0, "docker.io"],
    [1, "index.docker.io"],
    [2, "docker.io"],
  ]);
});

t.test("an index without patterns matches nothing", async (t) => {
  t.same(hitsOf(compile([]), "docker.io/library/nginx"), []);
  t.same(hitsOf(compile([[], []]), "docker.io/library/nginx"), []);
});

t.test("what does not parse matches nothing", async (t) => {
  const index = compile([["*"], ["*.*"], [""]]);
  for (const repository of ["%zz", "a:b:c", "[zz]/app", "\u0000"])
    t.same(hitsOf(index, repository), [], repository);
});

t.test("every answer is that of matchesPattern", async (t) => {
  const { patterns, repositories } = readAnswers("urls-match");
  const mappings = patterns.map(({ pattern }) => parse(pattern));
  const index = compilePatternIndex(mappings);
  for (const repository of repositories) {
    const expected = mappings.flatMap((mapping, number) =>
      mapping.filter((pattern) => matchesPattern(pattern, repository)).map(({ text }) => [number, text]),
    );
    t.same(hitsOf(index, repository), expected, JSON.stringify(repository));
  }
});

t.test("a thousand mappings of any shape are told apart", async (t) => {
  const shapes = [
    [(i: number) => `r${i}.example.com`, "r777.example.com/a"],
    [(i: number) => `reg.example.com/team-${i}/`, "reg.example.com/team-777/a"],
    [(i: number) => `*.r${i}.example.com`, "x.r777.example.com/a"],
    [(i: number) => `r${i}-*.example.com`, "r777-x.example.com/a"],
    [(i: number) => `*-r${i}.example.com`, "x-r777.example.com/a"],
    [(i: number) => `a*-${i}-*b.example.com`, "ax-777-xb.example.com/a"],
    [(i: number) => `reg.example.com:${i}`, "reg.example.com:777/a"],
    [
      (i: number) => `reg.example.com/${"a/".repeat(i % 127)}${i}/`,
      `reg.example.com/${"a/".repeat(15)}777/a`,
    ],
  ] as const;
  for (const [write, repository] of shapes) {
    const index = compile(Array.from({ length: 1000 }, (_, i) => [write(i)]));
    t.same(hitsOf(index, repository), [[777, write(777)]], write(777));
  }
});

function compile(mappings: readonly (readonly string[])[]): PatternIndex {
  return compilePatternIndex(mappings.map((texts) => texts.flatMap(parse)));
}

function parse(text: string): readonly MatchPattern[] {
  const parsed = parseMatchPattern(text);
  return parsed.ok ? [parsed.pattern] : [];
}

function hitsOf(index: PatternIndex, repository: string): readonly (readonly [number, string])[] {
  return index.match(repository).map(({ mapping, pattern }) => [mapping, pattern.text]);
}
