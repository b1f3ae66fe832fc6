import t from "tap";
import { matchesPattern, parseMatchPattern } from "../../../src/core/match/match-pattern.ts";
import { readAnswers } from "../../oracle/answers.ts";

t.test("every answer is kubelet's own", async (t) => {
  const { repositories, patterns } = readAnswers("urls-match");
  for (const { pattern, error, matches } of patterns) {
    const label = JSON.stringify(pattern);
    const parsed = parseMatchPattern(pattern);
    t.equal(parsed.ok, error === null, `${label} parses or not`);
    const isRewritten = /^index\.docker\.io(?!:)/.test(pattern); // the one difference that is meant: see below
    if (!parsed.ok || isRewritten) continue;
    t.same(
      repositories.filter((repository) => matchesPattern(parsed.pattern, repository)),
      matches,
      label,
    );
  }
});

t.test("index.docker.io means docker.io, as in an image", async (t) => {
  const cases = [
    ["index.docker.io", ["docker", "io"], "", ""],
    ["index.docker.io/acme/", ["docker", "io"], "", "/acme/"],
    ["index.docker.io:443", ["index", "docker", "io"], "443", ""],
    ["docker.io", ["docker", "io"], "", ""],
  ] as const;
  for (const [text, labels, port, path] of cases)
    t.same(parseMatchPattern(text), { ok: true, pattern: { text, labels, port, path } }, text);
});

t.test("what kubelet can't read is refused with the reason", async (t) => {
  t.same(parseMatchPattern("reg.example.com:abc"), {
    ok: false,
    error: "is no pattern that kubelet can read: the port is no number",
  });
});

t.test("a pattern matches as many labels, the same port and the start of a path", async (t) => {
  const cases = [
    ["*.example.com", "reg.example.com/app", true],
    ["*.example.com", "a.reg.example.com/app", false],
    ["*.example.com", "example.com/app", false],
    ["reg.example.com", "reg.example.com:443/app", false],
    ["reg.example.com:443", "reg.example.com/app", false],
    ["reg.example.com/team", "reg.example.com/team-b/app", true],
    ["reg.example.com/team/", "reg.example.com/team-b/app", false],
    ["reg.example.com/team/", "reg.example.com/team/app", true],
    ["REG.example.com", "reg.example.com/app", false],
    ["*", "docker.io/library/nginx", false],
    ["*.*", "docker.io/library/nginx", true],
    ["index.docker.io", "docker.io/library/nginx", true],
  ] as const;
  for (const [text, repository, expected] of cases) {
    const parsed = parseMatchPattern(text);
    t.equal(parsed.ok && matchesPattern(parsed.pattern, repository), expected, `${text} ${repository}`);
  }
});
