import fc from "fast-check";
import patchLibrary from "fast-json-patch";
import t from "tap";
import { parse, stringify } from "yaml";
import { injectManifests } from "../../src/core/manifest/inject-manifests.ts";
import { slowRuns } from "./runs.ts";

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
const text = fc.string({ maxLength: 12 });
const spec = fc.record(
  {
    containers: fc.array(
      fc.record({
        name: text,
        image: text,
        env: fc.array(fc.record({ name: text, value: text }), { maxLength: 2 }),
      }),
      {
        maxLength: 3,
      },
    ),
    imagePullSecrets: fc.option(
      fc.uniqueArray(fc.record({ name }), { maxLength: 3, selector: (item) => item.name }),
    ),
    restartPolicy: text,
    nodeSelector: fc.dictionary(name, text, { maxKeys: 3 }),
  },
  { requiredKeys: [] },
);
const render = fc.oneof(
  fc
    .record({
      indent: fc.constantFrom(2, 4),
      indentSeq: fc.boolean(),
      collectionStyle: fc.constantFrom("any" as const, "flow" as const),
      lineWidth: fc.constantFrom(0, 40, 80),
    })
    .map((options) => (value: unknown) => stringify(value, options)),
  fc.constantFrom(0, 1, 2, 4, "\t").map((indent) => (value: unknown) => JSON.stringify(value, null, indent)),
);

t.test("the result is the patch applied, in every style, and a second time changes nothing", async () => {
  fc.assert(
    fc.property(
      spec,
      render,
      fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
      (podSpec, toText, names) => {
        const manifest = {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "a" },
          spec: { template: { spec: podSpec } },
        };
        const before = toText(manifest);
        const result = injectManifests(before, () => names);
        if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.problems)}\n${before}`);
        const existing = podSpec.imagePullSecrets ?? [];
        const added = names
          .filter((added) => !existing.some((item) => item.name === added))
          .map((added) => ({ name: added }));
        const expected = structuredClone(parse(before));
        if (added.length > 0) expected.spec.template.spec.imagePullSecrets = [...existing, ...added];
        const difference = patchLibrary.compare(expected, parse(result.text));
        if (difference.length > 0) throw new Error(`${JSON.stringify(difference)}\n${result.text}`);
        const again = injectManifests(result.text, () => names);
        if (!again.ok || again.text !== result.text) throw new Error(`not idempotent\n${result.text}`);
      },
    ),
    { numRuns: slowRuns },
  );
});

/** Parts of a Pod's spec in unusual layouts, each with the names that it holds. */
const pullSecrets = fc.constantFrom<readonly [string, readonly string[]]>(
  ["", []],
  ["  imagePullSecrets: # none\n  # yet\n", []],
  ["  imagePullSecrets:\t# none\n\n", []],
  ["  ? imagePullSecrets\n  :\n", []],
  ["  imagePullSecrets: [ # none\n    ]\n", []],
  ["  imagePullSecrets: &anchor # none\n  # yet\n", []],
  ["  imagePullSecrets:\n  - # one\n    name: old\n", ["old"]],
  ["  imagePullSecrets:\n      -\n        name: old # two\n      # below\n", ["old"]],
  ["  imagePullSecrets: &l\n  - &m\n    name: old\n\n", ["old"]],
  ["  &k imagePullSecrets:\n  - &n name: old\n  - {name: older}\n", ["old", "older"]],
  ["  ? imagePullSecrets\n  : - name: old\n", ["old"]],
);
const others = fc.constantFrom(
  "  containers: []\n",
  "  ? containers\n  : - image: x\n",
  "  &c containers:\n  - image: x # last\n",
  "  # those\n  # two\n  containers:\n    - # first\n      image: x\n",
  "  x: |\n    # text\n\n",
);

t.test("unusual layouts and mixed line ends are spliced, and nothing that was there is lost", async () => {
  fc.assert(
    fc.property(
      pullSecrets,
      others,
      fc.boolean(),
      fc.boolean(),
      fc.array(fc.constantFrom("\n", "\r\n"), { minLength: 1, maxLength: 5 }),
      ([list, present], other, isListFirst, hasEnd, lineEnds) => {
        const spec = isListFirst ? list + other : other + list;
        const lines = `apiVersion: v1\nkind: Pod\nspec:\n${spec}`.split("\n");
        const text = lines.reduce((all, line, index) => all + lineEnds[index % lineEnds.length] + line);
        const before = hasEnd ? text : text.trimEnd();
        const result = injectManifests(before, () => ["new"]);
        if (!result.ok) throw new Error(`refused: ${JSON.stringify([result.problems, before])}`);
        const names = parse(result.text).spec.imagePullSecrets.map((item: { name: string }) => item.name);
        if (String(names) !== String([...present, "new"])) throw new Error(JSON.stringify(result.text));
        if (!isKept(before, result.text)) throw new Error(JSON.stringify([before, result.text]));
      },
    ),
    { numRuns: slowRuns },
  );
});

/** Whether one text is the other with something added. */
function isKept(before: string, after: string): boolean {
  let found = 0;
  for (const character of after) if (character === before[found]) found++;
  return found === before.length;
}

t.test("no text makes it throw, and without a Pod nothing changes", async () => {
  const piece = fc.constantFrom(
    "apiVersion: v1\n",
    "kind: Pod\n",
    "spec:\n",
    "  containers:\n",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "---\n",
    "\t",
    '"',
    "|\n",
    "<<: ",
    "#",
    "\r\n",
  );
  const soup = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 20 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(soup, (anything) => {
      const result = injectManifests(anything, () => ["new"]);
      if (result.ok && result.injected.length === 0 && result.text !== anything) throw new Error("changed");
    }),
    { numRuns: slowRuns },
  );
});
