import t from "tap";
import { render } from "./lib/render.ts";
import { mapping, mappingIn } from "./lib/values.ts";

const NOTHING_OWNED = [
  { apiGroups: [""], resources: ["namespaces", "serviceaccounts"], verbs: ["get", "list", "watch"] },
  {
    apiGroups: ["rbac.authorization.k8s.io"],
    resources: ["clusterroles"],
    resourceNames: ["pullcred"],
    verbs: ["get"],
  },
];
const OWN_BUNDLE = {
  apiGroups: ["admissionregistration.k8s.io"],
  resources: ["mutatingwebhookconfigurations"],
  resourceNames: ["pullcred"],
  verbs: ["list", "watch", "patch"],
};
const OWN_CERTIFICATE = {
  apiGroups: [""],
  resources: ["secrets"],
  resourceNames: ["pullcred-certificate"],
  verbs: ["get", "list", "watch", "create", "patch"],
};
/** What it needs for itself, with these Leases. */
function ownObjects(leases: readonly string[]): readonly object[] {
  return [
    {
      apiGroups: [""],
      resources: ["configmaps"],
      resourceNames: ["pullcred-unfinished"],
      verbs: ["list", "watch", "create", "patch"],
    },
    {
      apiGroups: ["coordination.k8s.io"],
      resources: ["leases"],
      resourceNames: leases,
      verbs: ["get", "patch"],
    },
    { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
    { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] },
  ];
}
/** With a certificate of its own, which one replica keeps. */
const OWN_OBJECTS = ownObjects(["pullcred", "pullcred-certificate"]);

/** The rules of the role of a mapping whose Secret has this name. */
function mappingRules(secretName: string, roles: "clusterroles" | "roles"): readonly object[] {
  return [
    {
      apiGroups: [""],
      resources: ["secrets"],
      resourceNames: [secretName],
      verbs: ["get", "list", "watch", "create", "patch", "delete"],
    },
    {
      apiGroups: ["rbac.authorization.k8s.io"],
      resources: [roles],
      resourceNames: [`pullcred:${secretName}`],
      verbs: ["list", "watch"],
    },
  ];
}

t.test("without mappings there is no right over any Secret but the certificate", async (t) => {
  const chart = render();
  t.same(chart.names("ClusterRole"), ["pullcred"]);
  t.same(chart.names("Role"), ["pullcred"]);
  t.same(chart.find("ClusterRole").rules, [...NOTHING_OWNED, OWN_BUNDLE]);
  t.same(chart.find("Role").rules, [OWN_CERTIFICATE, ...OWN_OBJECTS]);
});

t.test("with another's certificate there is no right over the registration and the Secret", async (t) => {
  const chart = render({ certificates: { mode: "cert-manager" } });
  t.same(chart.find("ClusterRole").rules, NOTHING_OWNED);
  t.same(chart.find("Role").rules, ownObjects(["pullcred"]));
});

t.test("the Secrets of secretRef may be read, each once, and nothing more", async (t) => {
  const shared = { credentials: { secretRef: { name: "shared" } } };
  const chart = render({
    registries: [
      mapping("b", shared),
      mapping("a", shared),
      mapping("inline", { credentials: { inline: { username: "u", password: "p" } } }),
      mapping("file", { credentials: { configFile: { path: "/config.json" } } }),
      mapping("cloud", {
        credentials: { ecr: { region: "eu-west-1", auth: { secretRef: { name: "aws-keys" } } } },
      }),
    ],
  });
  t.same(chart.find("Role", "pullcred").rules, [
    {
      apiGroups: [""],
      resources: ["secrets"],
      resourceNames: ["aws-keys", "pullcred-origin-inline", "shared"],
      verbs: ["get", "list", "watch"],
    },
    OWN_CERTIFICATE,
    ...OWN_OBJECTS,
  ]);
});

t.test("a mapping with a glob has a ClusterRole of its own", async (t) => {
  const registries = [
    mapping("open"),
    mappingIn("teams", ["team-a", "team-*"], { secretName: "teams.pull" }),
    mapping("excluding", { namespaces: { exclude: ["team-x"] } }),
  ];
  const chart = render({ registries });
  t.same(chart.names("ClusterRole"), [
    "pullcred",
    "pullcred:pullcred-excluding",
    "pullcred:pullcred-open",
    "pullcred:teams.pull",
  ]);
  t.same(chart.names("Role"), ["pullcred"]);
  t.same(
    chart.find("ClusterRole", "pullcred:pullcred-open").rules,
    mappingRules("pullcred-open", "clusterroles"),
  );
  t.same(chart.find("ClusterRole", "pullcred:teams.pull").rules, mappingRules("teams.pull", "clusterroles"));
});

t.test("a mapping that names its namespaces has a Role in each, and no ClusterRole", async (t) => {
  const registries = [mappingIn("harbor", ["team-a", "team-b", "team-a"])];
  const chart = render({ registries });
  t.same(chart.names("ClusterRole"), ["pullcred"]);
  t.same(chart.names("Role"), [
    "pullcred",
    "team-a/pullcred:pullcred-harbor",
    "team-b/pullcred:pullcred-harbor",
  ]);
  for (const namespace of ["team-a", "team-b"]) {
    t.same(
      chart.find("Role", "pullcred:pullcred-harbor", namespace).rules,
      mappingRules("pullcred-harbor", "roles"),
    );
  }
  t.ok(chart.find("Deployment").spec.template.spec.containers[0].args.includes("--namespaced-roles"));
});

t.test("its own namespace has a Role only for an origin that the leader writes", async (t) => {
  const configFile = { credentials: { configFile: { path: "/config.json" } } };
  const registries = [
    mappingIn("written", ["team-a"], configFile),
    mappingIn("read", ["team-a", "pullcred-system"]),
    mapping("everywhere", configFile),
  ];
  const chart = render({ registries });
  t.same(chart.names("Role"), [
    "pullcred",
    "pullcred:pullcred-written",
    "team-a/pullcred:pullcred-read",
    "team-a/pullcred:pullcred-written",
  ]);
  t.same(
    chart.find("Role", "pullcred:pullcred-written", "pullcred-system").rules,
    mappingRules("pullcred-written", "roles"),
  );
});

t.test(
  "a role is named by what it gives rights to, so that it goes with the copies of that name",
  async (t) => {
    const namesOf = (parts: object): readonly string[] =>
      render({ registries: [mapping("harbor", parts)] }).names("ClusterRole");
    t.same(namesOf({ secretName: "harbor-pull" }), ["pullcred", "pullcred:harbor-pull"]);
    t.same(namesOf({ secretName: "harbor-pull", name: "renamed" }), ["pullcred", "pullcred:harbor-pull"]);
    t.same(namesOf({ secretName: "harbor-new" }), ["pullcred", "pullcred:harbor-new"]);
  },
);

t.test("without namespacedRoles every mapping has a ClusterRole, and the process is told so", async (t) => {
  const registries = [mappingIn("harbor", ["team-a"])];
  const chart = render({ registries, rbac: { namespacedRoles: false } });
  t.same(chart.names("ClusterRole"), ["pullcred", "pullcred:pullcred-harbor"]);
  t.same(chart.names("Role"), ["pullcred"]);
  t.notOk(chart.find("Deployment").spec.template.spec.containers[0].args.includes("--namespaced-roles"));
});

t.test(
  "with repair it may see every Pod and evict it, and read every Job, and the process is told so",
  async (t) => {
    const without = render();
    const chart = render({ repair: { enabled: true } });
    t.same(chart.find("ClusterRole").rules, [
      ...without.find("ClusterRole").rules,
      { apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"] },
      { apiGroups: ["batch"], resources: ["jobs"], verbs: ["get"] },
      { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
    ]);
    t.same(chart.find("Role").rules, without.find("Role").rules);
    const hasFlag = ({ find }: typeof chart): boolean =>
      find("Deployment").spec.template.spec.containers[0].args.includes("--repair-pods");
    t.same([hasFlag(without), hasFlag(chart)], [false, true]);
  },
);

t.test("every role is bound to the ServiceAccount, by a binding of its name and place", async (t) => {
  const registries = [mapping("open"), mappingIn("named", ["team-a"])];
  for (const name of [undefined, "webhook"]) {
    const chart = render({ registries, ...(name && { serviceAccount: { name } }) });
    for (const kind of ["ClusterRole", "Role"]) {
      t.same(chart.names(`${kind}Binding`), chart.names(kind));
      for (const role of chart.objects.filter((object) => object.kind === kind)) {
        const binding = chart.find(`${kind}Binding`, role.metadata.name, role.metadata.namespace);
        t.same(binding.roleRef, {
          apiGroup: "rbac.authorization.k8s.io",
          kind,
          name: role.metadata.name,
        });
        t.same(binding.subjects, [
          { kind: "ServiceAccount", name: name ?? "pullcred", namespace: "pullcred-system" },
        ]);
      }
    }
  }
});

t.test("no rule is about every object of a kind, but for what has no secrets", async (t) => {
  const registries = [mapping("open"), mappingIn("named", ["team-a"])];
  const rules = render({ registries }).objects.flatMap((object) => object.rules ?? []);
  const unnamed = rules.filter(({ resourceNames }) => resourceNames === undefined);
  t.same(
    unnamed.flatMap(({ resources, verbs }) => `${resources}: ${verbs}`).toSorted(),
    ["events: create,patch", "leases: create", "namespaces,serviceaccounts: get,list,watch"].toSorted(),
  );
  t.notMatch(JSON.stringify(rules), /\*/);
});
