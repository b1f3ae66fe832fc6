import t from "tap";
import { parseAllDocuments } from "yaml";
import { joinStreams } from "../../../src/core/manifest/join-streams.ts";

const ROWS: readonly (readonly [string, readonly string[], string])[] = [
  ["nothing", [], ""],
  ["one file, as it is", ["a: 1"], "a: 1"],
  ["YAML files", ["a: 1\n", "b: 2\n"], "a: 1\n---\nb: 2\n"],
  ["a file without an end of line", ["a: 1", "b: 2"], "a: 1\n---\nb: 2"],
  ["empty files", ["", "a: 1\n", "\n", "b: 2\n"], "a: 1\n---\nb: 2\n"],
  ["JSON files", ['{"a":1}', '{"b":2}\n{"c":3}\n'], '{"a":1}\n{"b":2}\n{"c":3}\n'],
  [
    "JSON values among YAML",
    ['{"a":1}\n{"b":2}\n', "c: 3\n", '{"d":4}'],
    '{"a":1}\n---\n{"b":2}\n---\nc: 3\n---\n{"d":4}',
  ],
  ["a directive", ["a: 1\n", "%YAML 1.2\n---\nb: 2\n"], "a: 1\n...\n%YAML 1.2\n---\nb: 2\n"],
  [
    "a directive below a comment, after a document that has its end",
    ["a: 1\n...\n", "# c\n\n%YAML 1.2\n---\nb: 2\n"],
    "a: 1\n...\n# c\n\n%YAML 1.2\n---\nb: 2\n",
  ],
  ["a byte order mark in the middle", ["\ufeffa: 1\n", "\ufeffb: 2\n"], "\ufeffa: 1\n---\nb: 2\n"],
];

t.test("streams are joined into one that holds the same documents", async (t) => {
  for (const [name, texts, joined] of ROWS) t.equal(joinStreams(texts), joined, name);
});

t.test("what is joined with YAML reads as YAML", async (t) => {
  for (const [name, texts, joined] of ROWS.filter(([, texts]) => texts.some((text) => text.includes(": ")))) {
    const documents = parseAllDocuments(joined);
    const errors = documents.flatMap((document) => document.errors);
    t.same(errors, [], name);
    t.same(Object.assign({}, ...documents.map((document) => document.toJS())), expectedKeys(texts), name);
  }
});

function expectedKeys(texts: readonly string[]): Record<string, number> {
  const pairs = [...texts.join("\n").matchAll(/"?([a-d])"?: ?(\d)/g)];
  return Object.fromEntries(pairs.map(([, key, value]) => [key, Number(value)]));
}
