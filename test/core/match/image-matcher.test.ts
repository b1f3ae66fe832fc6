import t from "tap";
import { createImageMatcher } from "../../../src/core/match/image-matcher.ts";
import type { PatternIndex } from "../../../src/core/match/pattern-index.ts";

/** Answers one mapping for everything, and counts how often it was asked. */
function countingIndex(): PatternIndex & { asked: number } {
  const index = {
    asked: 0,
    match() {
      index.asked += 1;
      return [{ mapping: 7, pattern: {} as never }];
    },
  };
  return index;
}

t.test("an image is read and matched once, an unreadable one too", async (t) => {
  const index = countingIndex();
  const match = createImageMatcher(index);
  t.same(match("a.example.com/x:1"), [7]);
  t.same(match("a.example.com/x:1"), [7]);
  t.equal(index.asked, 1);
  t.equal(match("NOT AN IMAGE"), null);
  t.equal(match("NOT AN IMAGE"), null);
});

t.test("what is remembered is bounded: the oldest images are forgotten first", async (t) => {
  const index = countingIndex();
  const match = createImageMatcher(index);
  for (let image = 0; image <= 4_096; image++) match(`a.example.com/x:${image}`);
  t.equal(index.asked, 4_097);
  match("a.example.com/x:4096");
  t.equal(index.asked, 4_097, "the last is still known");
  match("a.example.com/x:0");
  t.equal(index.asked, 4_098, "the first is not");
});

t.test("a long image is matched each time", async (t) => {
  const index = countingIndex();
  const match = createImageMatcher(index);
  const long = `a.example.com/${"x".repeat(200)}@sha256:${"0".repeat(64)}`.padEnd(200, "x");
  match(long);
  match(long);
  t.equal(index.asked, 1);
  const longer = `${"a.".repeat(150)}example.com/${"x".repeat(200)}:1`;
  t.ok(longer.length > 512);
  match(longer);
  match(longer);
  t.equal(index.asked, 3);
});
