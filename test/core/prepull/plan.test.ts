import t from "tap";
import { bareNamespace, unknownNamespace } from "../../../src/core/namespace/namespace.ts";
import { planPrepull } from "../../../src/core/prepull/plan.ts";
import { config } from "../../builders/config.ts";

const HARBOR = { name: "harbor", matchImages: ["harbor.example.com"], secretName: "harbor-pull" };
const HUB = { name: "hub", matchImages: ["docker.io/acme/"], namespaces: { include: ["team-*"] } };
const LABELLED = {
  name: "labelled",
  matchImages: ["labelled.example.com"],
  namespaces: { selector: { matchLabels: { tier: "app" } } },
};
const PAUSE = { name: "pause", matchImages: ["mirror.example.com"] };
const CONFIG = config([HARBOR, HUB, LABELLED, PAUSE]);

const REQUEST = {
  ...{ namespace: "team-a", images: ["harbor.example.com/shop"], pullSecrets: [] },
  ...{ nodeSelector: {}, method: "volumes" as const, pauseImage: "registry.k8s.io/pause:3.10" },
};

type Plan = { readonly secrets: readonly string[]; readonly notes: readonly string[] };

function plan(request: object, namespace = bareNamespace("team-a")): Plan {
  const planned = planPrepull({ ...REQUEST, ...request }, namespace, "pullcred", CONFIG);
  return { secrets: planned.request.pullSecrets, notes: planned.notes };
}

t.test("the pull secrets are those that the webhook would give", async (t) => {
  const rows: readonly (readonly [string, object, readonly string[]])[] = [
    ["of an image", {}, ["harbor-pull"]],
    ["of several", { images: ["acme/x", "harbor.example.com/shop"] }, ["harbor-pull", "pullcred-hub"]],
    ["of a public image", { images: ["nginx"] }, []],
    ["by containers", { method: "containers" }, ["harbor-pull"]],
    [
      "of the image that keeps the Pods running",
      { pauseImage: "mirror.example.com/pause" },
      ["harbor-pull", "pullcred-pause"],
    ],
    ["behind those that manifests name", { pullSecrets: ["mine"] }, ["mine", "harbor-pull"]],
    ["each once", { pullSecrets: ["harbor-pull", "mine"] }, ["harbor-pull", "mine"]],
  ];
  for (const [name, request, secrets] of rows) t.same(plan(request), { secrets, notes: [] }, name);
});

t.test("what is pulled without its credential is noted", async (t) => {
  const images = ["acme/x"];
  const other = bareNamespace("other");
  t.same(plan({ images }, other), {
    secrets: [],
    notes: ["acme/x: mapping hub matches, but not for namespace other"],
  });
  t.same(plan({}, bareNamespace("pullcred")).notes, [
    "harbor.example.com/shop: mapping harbor matches, but not for namespace pullcred, which is pullcred's own",
  ]);
  const optedOut = { ...other, labels: { ...other.labels, "pullcred.dev/inject": "false" } };
  t.same(plan({}, optedOut), {
    secrets: [],
    notes: [
      "harbor.example.com/shop: mapping harbor matches, but not for namespace other, which has opted out",
    ],
  });
});

t.test("a namespace that could not be read leaves out what depends on its labels", async (t) => {
  const images = ["labelled.example.com/x", "harbor.example.com/shop"];
  const { secrets, notes } = plan({ images }, unknownNamespace("team-a"));
  t.same(secrets, ["harbor-pull"]);
  t.match(notes, [/^mapping labelled depends on the labels of namespace team-a.*--namespace-labels$/]);
  t.equal(notes.length, 1);
});
