import t from "tap";
import { bareNamespace, type Namespace, unknownNamespace } from "../../../src/core/namespace/namespace.ts";
import { decide } from "../../../src/core/policy/decide.ts";
import { visitMappingReasons } from "../../../src/core/policy/mapping-reasons.ts";
import { keepMountable } from "../../../src/core/policy/mountable.ts";
import type { MountableSecrets } from "../../../src/core/service-account/mountable-secrets.ts";
import { config } from "../../builders/config.ts";
import { pod } from "../../builders/pod.ts";

const CONFIG = config([
  { name: "a", matchImages: ["a.example.com"] },
  { name: "b", matchImages: ["b.example.com"] },
  { name: "c", matchImages: ["c.example.com"] },
  { name: "gold", matchImages: ["gold.example.com"], namespaces: { include: ["gold-*"] } },
  {
    name: "app",
    matchImages: ["app.example.com"],
    namespaces: { selector: { matchLabels: { tier: "app" } } },
  },
]);
const TEAM = bareNamespace("team-a");
const images = (...names: string[]): readonly string[] => names.map((name) => `${name}.example.com/x`);

type Row = readonly [
  name: string,
  given: Parameters<typeof decide>[0],
  namespace: Namespace,
  mountable: MountableSecrets,
  expected: Readonly<Record<string, string>>,
];

const ROWS: readonly Row[] = [
  ["a Pod that concerns no mapping", pod({ images: images("quay") }), TEAM, "any", {}],
  [
    "what is added and what stands there, in any mixture",
    pod({ images: images("a", "b", "c"), pullSecrets: ["pullcred-b", "mine"] }),
    TEAM,
    "any",
    { a: "Injected", b: "AlreadyPresent", c: "Injected" },
  ],
  [
    "what the namespace may not have, next to what it may",
    pod({ images: images("gold", "c") }),
    TEAM,
    "any",
    { gold: "NamespaceExcluded", c: "Injected" },
  ],
  [
    "a namespace that nobody could look up",
    pod({ images: images("app", "gold", "a") }),
    unknownNamespace("team-a"),
    "any",
    { app: "NamespaceUnknown", gold: "NamespaceExcluded", a: "Injected" },
  ],
  [
    "what the ServiceAccount forbids, before, between and after the others",
    pod({ images: images("a", "b", "c"), pullSecrets: ["pullcred-b"] }),
    TEAM,
    new Set<string>(),
    { a: "SecretNotMountable", b: "AlreadyPresent", c: "SecretNotMountable" },
  ],
  [
    "what the ServiceAccount lists",
    pod({ images: images("a", "b", "c") }),
    TEAM,
    new Set(["pullcred-b"]),
    { a: "SecretNotMountable", b: "Injected", c: "SecretNotMountable" },
  ],
  [
    "a Pod that opted out concerns nobody",
    pod({ images: images("a"), labels: { "pullcred.dev/inject": "false" } }),
    TEAM,
    "any",
    {},
  ],
];

t.test("each mapping that a Pod concerns has one reason", async (t) => {
  for (const [name, given, namespace, mountable, expected] of ROWS) {
    const wanted = decide(given, namespace, "pullcred", CONFIG);
    const seen: (readonly [string, string])[] = [];
    visitMappingReasons(wanted, keepMountable(wanted, mountable).decision, (mapping, reason) => {
      seen.push([mapping.name, reason]);
    });
    t.same(Object.fromEntries(seen), expected, name);
    t.equal(seen.length, Object.keys(expected).length, `${name}: once each`);
  }
});

t.test(
  "a mapping of `inject: always` that no image concerns is not said to be kept from a namespace",
  async (t) => {
    const always = config([
      { name: "base", matchImages: ["base.example.com"], inject: "always", namespaces: { include: ["x"] } },
    ]);
    const decision = decide(pod({ images: images("quay") }), TEAM, "pullcred", always);
    t.same(decision.excluded, []);
  },
);
