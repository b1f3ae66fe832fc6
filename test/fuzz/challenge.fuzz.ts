import fc from "fast-check";
import t from "tap";
import { parseChallenges } from "../../src/core/verify/challenge.ts";
import { readAuthentication } from "../../src/core/verify/token-request.ts";
import { numRuns } from "./runs.ts";

const letters = (text: string, min = 1) =>
  fc.string({ unit: fc.constantFrom(...text), minLength: min, maxLength: 12 });
const token = letters("abcXYZ019!#$%&'*+-.^_`|~");
const quotable = letters('a \t,="\\/:;()<>@[]?{}~ÿ', 0);
const challenge = fc.record({
  scheme: token,
  parameters: fc.uniqueArray(fc.tuple(token, quotable, fc.boolean()), {
    selector: ([name]) => name.toLowerCase(),
    maxLength: 4,
  }),
});
const gap = fc.constantFrom("", " ", "\t ");

function quote(text: string, escapesAll: boolean): string {
  return `"${text.replace(escapesAll ? /[^ÿ]/g : /["\\]/g, "\\$&")}"`;
}

t.test("what is written by the grammar is read back whole", async () => {
  const given = fc.tuple(fc.array(challenge, { maxLength: 4 }), gap, gap, fc.boolean());
  fc.assert(
    fc.property(given, ([challenges, before, after, escapesAll]) => {
      const texts = challenges.map(({ scheme, parameters }) => {
        const written = parameters.map(
          ([name, value]) => `${name}${before}=${after}${quote(value, escapesAll)}`,
        );
        return written.length === 0 ? scheme : `${scheme} ${written.join(`${before},${after}`)}`;
      });
      const read = parseChallenges(texts.join(`${before},${after}`));
      const expected = challenges.map(({ scheme, parameters }) => [
        scheme.toLowerCase(),
        parameters.map(([name, value]) => [name.toLowerCase(), value]),
      ]);
      const found = read?.map(({ scheme, parameters }) => [scheme, [...parameters]]);
      if (JSON.stringify(found) !== JSON.stringify(expected))
        throw new Error(JSON.stringify({ texts, found }));
    }),
    { numRuns },
  );
});

t.test("no header makes it throw, and what is read is in the header", async () => {
  const piece = fc.constantFrom(
    "Bearer",
    "Basic",
    " ",
    ",",
    "=",
    '"',
    "\\",
    "realm",
    "https://a.example",
    "a",
    "\u0000",
    "ÿ",
  );
  const header = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(header, (text) => {
      readAuthentication(text);
      for (const { scheme, parameters } of parseChallenges(text) ?? []) {
        const lowered = text.toLowerCase();
        if (!lowered.includes(scheme)) throw new Error(`scheme ${scheme}`);
        for (const name of parameters.keys()) if (!lowered.includes(name)) throw new Error(`name ${name}`);
      }
    }),
    { numRuns },
  );
});

t.test(
  "reading takes time in proportion to the header: no text of 200,000 characters is too long",
  async (t) => {
    const rows = [
      "a",
      " ",
      ",",
      '"',
      "\\",
      "=",
      "a=",
      "a=b,",
      'a="',
      'a="\\"',
      "a b",
      "a ,",
      "\t=",
      "a=b ,",
      "A a=",
    ];
    for (const unit of rows) {
      for (const start of ["", "Basic ", 'Basic realm="']) {
        parseChallenges(start + unit.repeat(200_000 / unit.length));
      }
      t.pass(JSON.stringify(unit));
    }
  },
);
