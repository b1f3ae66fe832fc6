import t from "tap";
import { globCovers } from "../../../src/core/config/glob-covers.ts";

const ROWS: readonly (readonly [readonly string[], string, boolean])[] = [
  [[], "a", false],
  [["*"], "team-*", true],
  [["team-*"], "*", false],
  [["team-*"], "team-a", true],
  [["team-*"], "team-?", true],
  [["team-?"], "team-*", false],
  [["*-*"], "team-*", true],
  [["*a*"], "*a*b*", true],
  [["*a*b*"], "*b*a*", false],
  [["[a-f]*"], "[b-e]x*", true],
  [["[^a]*"], "a*", false],
  [["a*", "[^a]*"], "?*", true],
  [["a*", "[^a]*"], "*", false], // no text at all; no name is empty, but that much is not taken into account
  [["**"], "*", true],
];

for (const [outers, inner, expected] of ROWS) {
  t.test(`[${outers.join(", ")}] ${expected ? "covers" : "does not cover"} ${inner}`, async (t) =>
    t.equal(globCovers(outers, inner), expected),
  );
}

t.test("what would take too long to find out is not known to be covered", async (t) => {
  t.equal(globCovers([`*a${"?".repeat(30)}`, "*"], "*b*"), false);
});
