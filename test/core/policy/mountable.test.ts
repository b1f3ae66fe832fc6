import t from "tap";
import type { Mapping } from "../../../src/core/config/compile.ts";
import type { Decision } from "../../../src/core/policy/decide.ts";
import { keepMountable } from "../../../src/core/policy/mountable.ts";
import type { MountableSecrets } from "../../../src/core/service-account/mountable-secrets.ts";
import { config } from "../../builders/config.ts";

const { mappings } = config(["a", "b", "c"].map((name) => ({ name, matchImages: [`${name}.example.com`] })));
const named = (...names: string[]): readonly Mapping[] => mappings.filter(({ name }) => names.includes(name));
const secretsOf = (...names: string[]): readonly string[] => names.map((name) => `pullcred-${name}`);

/** A decision for a Pod that needs `needed` and does not name `missing` of it yet. */
function decision(needed: readonly string[], missing: readonly string[]): Decision {
  return {
    reason: missing.length > 0 ? "Injected" : "AlreadyPresent",
    needed: named(...needed),
    missing: secretsOf(...missing),
    excluded: [],
    undecided: [],
    unreadable: ["spec.containers[0].image"],
  };
}

type Row = readonly [
  name: string,
  decision: Decision,
  mountable: MountableSecrets,
  expected: readonly [reason: string, needed: string, missing: string, forbidden: string],
];

const ROWS: readonly Row[] = [
  [
    "an account that enforces nothing forbids nothing",
    decision(["a", "b"], ["a", "b"]),
    "any",
    ["Injected", "a b", "pullcred-a pullcred-b", ""],
  ],
  [
    "what the account lists is added",
    decision(["a", "b"], ["a", "b"]),
    new Set(secretsOf("a", "b")),
    ["Injected", "a b", "pullcred-a pullcred-b", ""],
  ],
  [
    "what it does not list is left out, and the rest is added in order",
    decision(["a", "b", "c"], ["a", "b", "c"]),
    new Set(secretsOf("a", "c")),
    ["Injected", "a c", "pullcred-a pullcred-c", "pullcred-b"],
  ],
  [
    "where nothing may be added, that is the reason",
    decision(["a", "b"], ["a", "b"]),
    new Set(["other"]),
    ["SecretNotMountable", "", "", "pullcred-a pullcred-b"],
  ],
  [
    "an empty list forbids all",
    decision(["a"], ["a"]),
    new Set(),
    ["SecretNotMountable", "", "", "pullcred-a"],
  ],
  [
    "what the Pod names itself is its own affair, and is still looked after",
    decision(["a"], []),
    new Set(),
    ["AlreadyPresent", "a", "", ""],
  ],
  [
    "a Pod that names one already keeps it when the other is forbidden",
    decision(["a", "b"], ["b"]),
    new Set(),
    ["AlreadyPresent", "a", "", "pullcred-b"],
  ],
];

t.test("what a ServiceAccount leaves of a decision", async (t) => {
  for (const [name, given, mountable, [reason, needed, missing, forbidden]] of ROWS) {
    const kept = keepMountable(given, mountable);
    t.equal(kept.decision.reason, reason, name);
    t.equal(kept.decision.needed.map((mapping) => mapping.name).join(" "), needed, name);
    t.equal(kept.decision.missing.join(" "), missing, name);
    t.equal(kept.forbidden.join(" "), forbidden, name);
    t.same(kept.decision.unreadable, given.unreadable, name);
  }
});

t.test("a decision that needs nothing is given back as it is, with its reason", async (t) => {
  const nothing: Decision = {
    reason: "OptedOut",
    needed: [],
    missing: [],
    excluded: [],
    undecided: [],
    unreadable: [],
  };
  t.same(keepMountable(nothing, new Set()), { decision: nothing, forbidden: [] });
});
