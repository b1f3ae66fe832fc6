import t from "tap";
import { injectManifests } from "../../../src/core/manifest/inject-manifests.ts";

const inject = (text: string): ReturnType<typeof injectManifests> => injectManifests(text, () => ["new"]);
const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nspec:\n${spec}`;
const OTHER = "  containers: []\n";

/** Pod specs before and after. */
const SPECS: readonly (readonly [string, string, string])[] = [
  [
    "no value, but a comment, and another below",
    `  imagePullSecrets: # none yet\n  # to do\n${OTHER}`,
    `  imagePullSecrets: [{name: new}] # none yet\n  # to do\n${OTHER}`,
  ],
  [
    "no value, but a tab and a comment",
    `  imagePullSecrets:\t# c\n${OTHER}`,
    `  imagePullSecrets: [{name: new}]\t# c\n${OTHER}`,
  ],
  [
    "no value, but an anchor",
    `  imagePullSecrets: &none # c\n  # d\n${OTHER}`,
    `  imagePullSecrets: &none [{name: new}] # c\n  # d\n${OTHER}`,
  ],
  [
    "an empty list with a comment inside",
    `  imagePullSecrets: [ # none\n  ]\n${OTHER}`,
    `  imagePullSecrets: [{name: new} # none\n  ]\n${OTHER}`,
  ],
  [
    "an item behind a comment",
    `  imagePullSecrets:\n  - # my secret\n    name: old\n${OTHER}`,
    `  imagePullSecrets:\n  - # my secret\n    name: old\n  - name: new\n${OTHER}`,
  ],
  [
    "an item below its dash",
    `  imagePullSecrets:\n    -\n      name: old\n${OTHER}`,
    `  imagePullSecrets:\n    -\n      name: old\n    - name: new\n${OTHER}`,
  ],
  [
    "an item with an anchor on its key",
    `  imagePullSecrets:\n  - &a name: old\n${OTHER}`,
    `  imagePullSecrets:\n  - &a name: old\n  - name: new\n${OTHER}`,
  ],
  [
    "an item that is an alias",
    `  x: &a {name: old}\n  imagePullSecrets:\n  - *a\n${OTHER}`,
    `  x: &a {name: old}\n  imagePullSecrets:\n  - *a\n  - name: new\n${OTHER}`,
  ],
  [
    "a comment below the last item that speaks of the next key",
    `  imagePullSecrets:\n  - name: old\n  # the containers\n${OTHER}`,
    `  imagePullSecrets:\n  - name: old\n  - name: new\n  # the containers\n${OTHER}`,
  ],
  [
    "an explicit key",
    "  ? containers\n  : []\n",
    "  imagePullSecrets:\n    - name: new\n  ? containers\n  : []\n",
  ],
  [
    "an explicit key whose list stands on the line of its colon",
    `  ? imagePullSecrets\n  : - name: old\n${OTHER}`,
    `  ? imagePullSecrets\n  : - name: old\n    - name: new\n${OTHER}`,
  ],
  [
    "an explicit key without a value",
    `  ? imagePullSecrets\n  :\n${OTHER}`,
    `  ? imagePullSecrets\n  : [{name: new}]\n${OTHER}`,
  ],
  [
    "a key with an anchor",
    "  &k containers:\n  - image: x\n",
    "  imagePullSecrets:\n  - name: new\n  &k containers:\n  - image: x\n",
  ],
];

for (const [name, before, after] of SPECS) {
  t.test(`${name}: the pull secret is spliced in`, async (t) => {
    t.match(inject(pod(before)), { ok: true, text: pod(after) });
    t.match(
      inject(pod(after)),
      { ok: true, text: pod(after), injected: [] },
      "a second time changes nothing",
    );
  });
}

const JSON_POD = '{"apiVersion":"v1","kind":"Pod","spec":{"containers":[]}}';
const JSON_AFTER =
  '{"apiVersion":"v1","kind":"Pod","spec":{"imagePullSecrets":[{"name":"new"}],"containers":[]}}';

/** Whole streams before and after. */
const STREAMS: readonly (readonly [string, string, string])[] = [
  [
    "a spec on the line of an explicit key's colon",
    `apiVersion: v1\nkind: Pod\n? spec\n: containers: []\n  restartPolicy: Always\n`,
    `apiVersion: v1\nkind: Pod\n? spec\n: imagePullSecrets: [{name: new}]\n  containers: []\n  restartPolicy: Always\n`,
  ],
  [
    "flow maps with an explicit key and an anchor",
    "- x\n---\n{apiVersion: v1, kind: Pod, spec: {? containers : []}}\n---\n{apiVersion: v1, kind: Pod, spec: {&k containers : []}}\n",
    "- x\n---\n{apiVersion: v1, kind: Pod, spec: {imagePullSecrets: [{name: new}], ? containers : []}}\n---\n{apiVersion: v1, kind: Pod, spec: {imagePullSecrets: [{name: new}], &k containers : []}}\n",
  ],
  [
    "a flow map with a key without a value",
    "{apiVersion: v1, kind: Pod, spec: {imagePullSecrets: , containers: []}}\n",
    "{apiVersion: v1, kind: Pod, spec: {imagePullSecrets: [{name: new}] , containers: []}}\n",
  ],
  [
    "JSON among YAML documents stays JSON",
    `---\n${JSON_POD}\n---\n${pod(OTHER)}---\n{apiVersion: v1, kind: Pod, spec: {containers: []}}\n`,
    `---\n${JSON_AFTER}\n---\n${pod(`  imagePullSecrets:\n    - name: new\n${OTHER}`)}---\n` +
      "{apiVersion: v1, kind: Pod, spec: {imagePullSecrets: [{name: new}], containers: []}}\n",
  ],
  [
    "a byte order mark before YAML",
    `\ufeff${pod(OTHER)}`,
    `\ufeff${pod(`  imagePullSecrets:\n    - name: new\n${OTHER}`)}`,
  ],
  ["a byte order mark before JSON", `\ufeff${JSON_POD}`, `\ufeff${JSON_AFTER}`],
  [
    "a Windows line end elsewhere does not spread",
    pod(OTHER).replace("\n", "\r\n"),
    pod(`  imagePullSecrets:\n    - name: new\n${OTHER}`).replace("\n", "\r\n"),
  ],
  [
    "a Windows line end of the neighbour is taken over",
    pod("  imagePullSecrets:\n  - name: old\r\n  restartPolicy: Always\n"),
    pod("  imagePullSecrets:\n  - name: old\r\n  - name: new\r\n  restartPolicy: Always\n"),
  ],
  [
    "a last line without an end takes over that of the line above",
    pod("  imagePullSecrets:\r\n  - name: old"),
    pod("  imagePullSecrets:\r\n  - name: old\r\n  - name: new"),
  ],
];

t.test("streams keep what they are written in, and each line its end", async (t) => {
  for (const [name, before, after] of STREAMS) {
    t.match(inject(before), { ok: true, text: after }, name);
    t.match(inject(after), { ok: true, text: after, injected: [] }, `${name}: a second time changes nothing`);
  }
});

t.test("names that YAML would read as something else are quoted", async (t) => {
  const text = "apiVersion: v1\nkind: Pod\nspec:\n  containers: []\n";
  for (const name of ["123", "true", "1e3", "no", "0x1f"]) {
    const result = injectManifests(text, () => [name]);
    t.ok(result.ok && result.text.includes(`- name: "${name}"`), name);
  }
});
