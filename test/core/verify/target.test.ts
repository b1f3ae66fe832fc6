import t from "tap";
import { bareNamespace, type Namespace } from "../../../src/core/namespace/namespace.ts";
import type { Pod } from "../../../src/core/pod/pod.ts";
import { createTargetCollector, type Target } from "../../../src/core/verify/target.ts";
import { config } from "../../builders/config.ts";
import { pod } from "../../builders/pod.ts";

const compiled = config([
  { name: "harbor", matchImages: ["harbor.example.com"], namespaces: { include: ["team-*"] } },
  { name: "hub", matchImages: ["docker.io/acme/"] },
  { name: "always", matchImages: ["always.example.com"], inject: "always" },
]);
const teamA = bareNamespace("team-a");
const outside = bareNamespace("outside");
const own = bareNamespace("pullcred");
const SHOP = "harbor.example.com/shop";

type Given = readonly [pod: Pod, namespace: Namespace | null];

function collect(...given: readonly Given[]): readonly Target[] {
  const collector = createTargetCollector(compiled, "pullcred");
  for (const [pod, namespace] of given) collector.add(pod, namespace);
  return collector.targets();
}

/** For each target: the image, the mappings whose Secrets the Pod has, and which of them match. */
function summary(...given: readonly Given[]): readonly (readonly string[])[] {
  return collect(...given).map(({ image, mappings, matching }) => [
    image,
    mappings.map(({ name }) => name).join(" "),
    [...matching].join(" "),
  ]);
}

t.test("a Pod's images are tried with the pull secrets that the webhook gives it", async (t) => {
  const shop = pod({ images: [SHOP, "acme/app"], volumeImages: ["quay.io/data"] });
  t.same(summary([shop, teamA]), [
    [SHOP, "harbor hub always", "harbor"],
    ["acme/app", "harbor hub always", "hub"],
    ["quay.io/data", "harbor hub always", ""],
  ]);
});

t.test("where the webhook gives a Pod nothing, nothing is tried", async (t) => {
  const shop = pod({ images: [SHOP] });
  const optedOut = pod({ images: [SHOP], labels: { "pullcred.dev/inject": "false" } });
  const mirror = pod({ images: [SHOP], annotations: { "kubernetes.io/config.mirror": "x" } });
  const rows = [
    ["a namespace that is not allowed", shop, outside, "always"],
    ["pullcred's own namespace", shop, own, ""],
    ["a Pod that opted out", optedOut, teamA, ""],
    ["a mirror Pod", mirror, teamA, ""],
  ] as const;
  for (const [what, given, namespace, mappings] of rows) {
    t.same(summary([given, namespace]), [[SHOP, mappings, "harbor"]], what);
  }
});

t.test("without a namespace every mapping counts", async (t) => {
  t.same(summary([pod({ images: [SHOP] }), null]), [[SHOP, "harbor always", "harbor"]]);
});

t.test("the same image with the same pull secrets is one target, however many Pods have it", async (t) => {
  const shop = pod({ images: [SHOP] });
  t.equal(collect(...Array.from({ length: 100 }, () => [shop, teamA] as const)).length, 1);
  t.equal(collect([shop, teamA], [shop, outside]).length, 2);
});

t.test("pull secrets of other hand are remembered", async (t) => {
  const mine = pod({ images: [SHOP], pullSecrets: ["regcred", "pullcred-harbor", "regcred"] });
  t.same(
    collect([mine, teamA]).map(({ others }) => others),
    [["regcred"]],
  );
});

t.test("pull secrets are in the order in which the Pod names them, before those that it gets", async (t) => {
  const named = (...pullSecrets: readonly string[]): Given => [pod({ images: [SHOP], pullSecrets }), teamA];
  const rows: readonly (readonly [readonly string[], string])[] = [
    [["pullcred-always", "pullcred-harbor"], "always harbor"],
    [["pullcred-always", "regcred", "pullcred-harbor", "pullcred-always"], "always harbor"],
    [["pullcred-always"], "always harbor"],
    [["regcred"], "harbor always"],
    [[], "harbor always"],
  ];
  for (const [pullSecrets, mappings] of rows) {
    t.same(summary(named(...pullSecrets)), [[SHOP, mappings, "harbor"]], pullSecrets.join(" "));
  }
  const both = summary(
    named("pullcred-always", "pullcred-harbor"),
    named("pullcred-harbor", "pullcred-always"),
  );
  t.same(
    both.map(([, mappings]) => mappings),
    ["always harbor", "harbor always"],
    "another order is another target",
  );
  t.equal(summary(named("pullcred-harbor", "pullcred-always"), named("pullcred-harbor"), named()).length, 1);
});

t.test("what is no image reference is a target without a reference", async (t) => {
  t.match(collect([pod({ images: ["Not Valid"] }), teamA]), [{ image: "Not Valid", reference: null }]);
});
