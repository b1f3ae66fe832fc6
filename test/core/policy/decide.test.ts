import t from "tap";
import { bareNamespace, type Namespace, unknownNamespace } from "../../../src/core/namespace/namespace.ts";
import { type Decision, decide } from "../../../src/core/policy/decide.ts";
import { config } from "../../builders/config.ts";
import { pod } from "../../builders/pod.ts";

const TWO = config([
  {
    name: "harbor",
    matchImages: ["harbor.example.com"],
    namespaces: { include: ["team-*"], exclude: ["team-x"] },
  },
  { name: "hub", matchImages: ["docker.io/acme/"] },
]);
const ALWAYS = config([
  { name: "base", matchImages: ["base.example.com"], inject: "always", namespaces: { include: ["team-*"] } },
  { name: "hub", matchImages: ["docker.io/acme/"] },
]);
const SELECTED = config([
  {
    name: "app",
    matchImages: ["app.example.com"],
    namespaces: { selector: { matchLabels: { tier: "app" } } },
  },
]);

function namespace(name: string, parts: Partial<Namespace> = {}): Namespace {
  return { ...bareNamespace(name), ...parts };
}

function summarise(decision: Decision): readonly unknown[] {
  return [decision.reason, decision.needed.map(({ name }) => name), decision.missing];
}

type Row = readonly [string, Parameters<typeof decide>[0], Namespace, typeof TWO, readonly unknown[]];

const ROWS: readonly Row[] = [
  [
    "an image that matches gets the mapping's Secret",
    pod({ images: ["harbor.example.com/team-a/app:1"] }),
    namespace("team-a"),
    TWO,
    ["Injected", ["harbor"], ["pullcred-harbor"]],
  ],
  [
    "several mappings are added in config order, whatever the order of the images",
    pod({ images: ["acme/app", "harbor.example.com/app"] }),
    namespace("team-a"),
    TWO,
    ["Injected", ["harbor", "hub"], ["pullcred-harbor", "pullcred-hub"]],
  ],
  [
    "init containers, ephemeral containers and image volumes count",
    pod({ initImages: ["harbor.example.com/a"], volumeImages: ["acme/b"] }),
    namespace("team-a"),
    TWO,
    ["Injected", ["harbor", "hub"], ["pullcred-harbor", "pullcred-hub"]],
  ],
  [
    "an ephemeral container alone counts",
    pod({ ephemeralImages: ["index.docker.io/acme/debug"] }),
    namespace("team-a"),
    TWO,
    ["Injected", ["hub"], ["pullcred-hub"]],
  ],
  [
    "what the Pod names already is not added again, but its copy is still needed",
    pod({ images: ["harbor.example.com/a", "acme/b"], pullSecrets: ["mine", "pullcred-harbor"] }),
    namespace("team-a"),
    TWO,
    ["Injected", ["harbor", "hub"], ["pullcred-hub"]],
  ],
  [
    "a Pod that was injected before needs nothing more",
    pod({ images: ["acme/b"], pullSecrets: ["pullcred-hub"] }),
    namespace("team-a"),
    TWO,
    ["AlreadyPresent", ["hub"], []],
  ],
  [
    "another registry's image gets nothing",
    pod({ images: ["quay.io/acme/app"] }),
    namespace("team-a"),
    TWO,
    ["NoMatchingRegistry", [], []],
  ],
  ["a Pod without images gets nothing", pod(), namespace("team-a"), TWO, ["NoMatchingRegistry", [], []]],
  [
    "a namespace that is not included gets nothing",
    pod({ images: ["harbor.example.com/a"] }),
    namespace("default"),
    TWO,
    ["NamespaceExcluded", [], []],
  ],
  [
    "exclude wins over include",
    pod({ images: ["harbor.example.com/a"] }),
    namespace("team-x"),
    TWO,
    ["NamespaceExcluded", [], []],
  ],
  [
    "a namespace that one mapping excludes still gets the other",
    pod({ images: ["harbor.example.com/a", "acme/b"] }),
    namespace("default"),
    TWO,
    ["Injected", ["hub"], ["pullcred-hub"]],
  ],
  [
    "kube-* namespaces get nothing by default",
    pod({ images: ["acme/b"] }),
    namespace("kube-system"),
    TWO,
    ["NamespaceExcluded", [], []],
  ],
  [
    "a selector looks at the namespace's labels",
    pod({ images: ["app.example.com/a"] }),
    namespace("team-a", { labels: { tier: "app" } }),
    SELECTED,
    ["Injected", ["app"], ["pullcred-app"]],
  ],
  [
    "a selector that does not hold excludes the namespace",
    pod({ images: ["app.example.com/a"] }),
    namespace("team-a", { labels: { tier: "db" } }),
    SELECTED,
    ["NamespaceExcluded", [], []],
  ],
  [
    "inject: always needs no matching image",
    pod({ images: ["quay.io/other"] }),
    namespace("team-a"),
    ALWAYS,
    ["Injected", ["base"], ["pullcred-base"]],
  ],
  [
    "inject: always keeps config order next to a match",
    pod({ images: ["acme/b"] }),
    namespace("team-a"),
    ALWAYS,
    ["Injected", ["base", "hub"], ["pullcred-base", "pullcred-hub"]],
  ],
  [
    "inject: always keeps to its namespaces",
    pod({ images: ["quay.io/other"] }),
    namespace("default"),
    ALWAYS,
    ["NoMatchingRegistry", [], []],
  ],
  [
    "a mirror Pod is never touched",
    pod({ images: ["acme/b"], annotations: { "kubernetes.io/config.mirror": "" } }),
    namespace("team-a"),
    TWO,
    ["MirrorPod", [], []],
  ],
  [
    "pullcred's own namespace is never touched",
    pod({ images: ["acme/b"] }),
    namespace("pullcred"),
    TWO,
    ["OwnNamespace", [], []],
  ],
  [
    "a Pod opts out by label",
    pod({ images: ["acme/b"], labels: { "pullcred.dev/inject": "false" } }),
    namespace("team-a"),
    TWO,
    ["OptedOut", [], []],
  ],
  [
    "a Pod opts out by annotation",
    pod({ images: ["acme/b"], annotations: { "pullcred.dev/inject": "false" } }),
    namespace("team-a"),
    TWO,
    ["OptedOut", [], []],
  ],
  [
    "a namespace opts out by label",
    pod({ images: ["acme/b"] }),
    namespace("team-a", { labels: { "pullcred.dev/inject": "false" } }),
    TWO,
    ["OptedOut", [], []],
  ],
  [
    "a namespace opts out by annotation",
    pod({ images: ["acme/b"] }),
    namespace("team-a", { annotations: { "pullcred.dev/inject": "false" } }),
    TWO,
    ["OptedOut", [], []],
  ],
  [
    "any other value of the label does not opt out",
    pod({ images: ["acme/b"], labels: { "pullcred.dev/inject": "true" } }),
    namespace("team-a"),
    TWO,
    ["Injected", ["hub"], ["pullcred-hub"]],
  ],
];

t.test("decisions", async (t) => {
  for (const [name, thePod, place, compiled, expected] of ROWS) {
    t.same(summarise(decide(thePod, place, "pullcred", compiled)), expected, name);
  }
});

t.test("an image that is no reference matches nothing and is told, with its place", async (t) => {
  const decision = decide(
    pod({ images: ["Not Valid", "acme/b"], volumeImages: ["http://x"] }),
    namespace("team-a"),
    "pullcred",
    TWO,
  );
  t.same(summarise(decision), ["Injected", ["hub"], ["pullcred-hub"]]);
  t.same(decision.unreadable, ["spec.containers[0].image", "spec.volumes[0].image.reference"]);
});

t.test("the decision leaves the Pod as it is", async (t) => {
  const given = pod({ images: ["acme/b"], pullSecrets: ["mine"] });
  const before = structuredClone(given);
  decide(given, namespace("team-a"), "pullcred", TWO);
  t.same(given, before);
});

t.test("of a namespace that could not be looked up nothing is assumed", async (t) => {
  const forbidding = { matchExpressions: [{ key: "quarantine", operator: "DoesNotExist" }] };
  const compiled = config([
    { name: "open", matchImages: ["open.example.com"], namespaces: { include: ["team-*"] } },
    { name: "choosy", matchImages: ["choosy.example.com"], namespaces: { selector: forbidding } },
    {
      name: "elsewhere",
      matchImages: ["choosy.example.com"],
      namespaces: { include: ["other"], selector: forbidding },
    },
  ]);
  const decideFor = (...images: string[]): readonly unknown[] => {
    const decision = decide(pod({ images }), unknownNamespace("team-a"), "pullcred", compiled);
    return [...summarise(decision).slice(0, 2), decision.undecided.map(({ name }) => name)];
  };
  t.same(decideFor("open.example.com/a", "choosy.example.com/a"), ["Injected", ["open"], ["choosy"]]);
  t.same(decideFor("choosy.example.com/a"), ["NamespaceExcluded", [], ["choosy"]]);
  t.same(decideFor("open.example.com/a"), ["Injected", ["open"], []]);
  const known = decide(pod({ images: ["choosy.example.com/a"] }), namespace("team-a"), "pullcred", compiled);
  t.same([known.reason, known.undecided], ["Injected", []]);
});
