import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { parseImageReference, repositoryName } from "../../src/core/image/reference.ts";
import { matchGlob } from "../../src/core/match/glob.ts";
import { type MatchPattern, matchesPattern, parseMatchPattern } from "../../src/core/match/match-pattern.ts";
import { compilePatternIndex } from "../../src/core/match/pattern-index.ts";
import { explainUnmatchable } from "../../src/core/match/unmatchable.ts";
import { anyText, imageText, patternText } from "./image-arbitraries.ts";
import { numRuns } from "./runs.ts";

const repository = imageText.map((text) => {
  const parsed = parseImageReference(text);
  return parsed.ok ? repositoryName(parsed.reference) : "docker.io/library/nginx";
});
const pattern = patternText.map(parse).filter((parsed) => parsed !== null);

t.test("no text makes parsing or matching throw", async () => {
  fc.assert(
    fc.property(anyText, anyText, (text, repository) => {
      const parsed = parse(text);
      if (parsed === null) return;
      matchesPattern(parsed, repository);
      explainUnmatchable(parsed);
      compilePatternIndex([[parsed]]).match(repository);
    }),
    { numRuns },
  );
});

t.test("the index agrees with matching every pattern", async () => {
  const mappings = fc.array(fc.array(pattern, { maxLength: 4 }), { maxLength: 12 });
  // A pattern made of the repository itself sees to it that there is something to find.
  const example = fc
    .oneof(repository, anyText)
    .chain((repository) =>
      fc.tuple(
        fc.constant(repository),
        mappings,
        fc.array(fc.oneof(pattern, generalise(repository)), { maxLength: 4 }),
      ),
    );
  fc.assert(
    fc.property(example, ([repository, mappings, last]) => {
      const all = [...mappings, last];
      const expected = all.flatMap((patterns, mapping) => {
        const first = patterns.find((pattern) => matchesPattern(pattern, repository));
        return first === undefined ? [] : [{ mapping, pattern: first }];
      });
      deepStrictEqual(compilePatternIndex(all).match(repository), expected);
    }),
    { numRuns },
  );
});

t.test("no image matches a pattern that is explained as unmatchable", async () => {
  fc.assert(
    fc.property(pattern, fc.array(repository, { minLength: 20, maxLength: 20 }), (pattern, repositories) => {
      if (explainUnmatchable(pattern) === null) return true;
      return !repositories.some((repository) => matchesPattern(pattern, repository));
    }),
    { numRuns },
  );
});

t.test("a pattern that was made to match an image is never explained as unmatchable", async () => {
  const example = repository.chain((repository) => fc.tuple(fc.constant(repository), generalise(repository)));
  fc.assert(
    fc.property(
      example,
      ([repository, pattern]) => !matchesPattern(pattern, repository) || explainUnmatchable(pattern) === null,
    ),
    { numRuns },
  );
});

t.test("a glob of letters, ? and * matches as a regular expression does", async () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "-"), maxLength: 12 });
  const globs = fc.string({ unit: fc.constantFrom("a", "b", "-", "?", "*"), maxLength: 8 });
  fc.assert(
    fc.property(globs, letters, (glob, name) => {
      const expression = new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`);
      return matchGlob(glob, name) === expression.test(name);
    }),
    { numRuns },
  );
});

/** Patterns that match the repository: its labels with stars, its port, and the start of its path. */
function generalise(repository: string): fc.Arbitrary<MatchPattern> {
  const parsed = parse(repository);
  if (parsed === null) return pattern; // an IPv6 address that is none
  const { labels, port, path } = parsed;
  const suffix = port === "" ? "" : `:${port}`;
  return fc
    .record({
      labels: fc.tuple(...labels.map(generaliseLabel)),
      end: fc.nat({ max: path.length }),
    })
    .map(({ labels, end }) => parse(`${labels.join(".")}${suffix}${path.slice(0, end)}`) ?? parsed);
}

function generaliseLabel(label: string): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constant(label),
    fc.constant("*"),
    fc.nat({ max: label.length }).map((length) => `${label.slice(0, length)}*`),
    fc.nat({ max: label.length }).map((start) => `*${label.slice(start)}`),
    fc.constant(`${label.slice(0, 1)}*${label.slice(1)}`),
  );
}

function parse(text: string): MatchPattern | null {
  const parsed = parseMatchPattern(text);
  return parsed.ok ? parsed.pattern : null;
}
