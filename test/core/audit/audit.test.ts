import t from "tap";
import { createAudit } from "../../../src/core/audit/audit.ts";
import type { AuditWorld } from "../../../src/core/audit/audit-world.ts";
import { templatePod } from "../../../src/core/audit/audited-pod.ts";
import { toFinding } from "../../../src/core/audit/finding.ts";
import { createFindingCounts, createFindingGroups } from "../../../src/core/audit/group-findings.ts";
import { bareNamespace } from "../../../src/core/namespace/namespace.ts";
import { readServiceAccount } from "../../../src/core/service-account/read-service-account.ts";
import { config } from "../../builders/config.ts";

const WORLD: AuditWorld = {
  config: config([
    { name: "harbor", matchImages: ["harbor.example.com"] },
    { name: "quiet", matchImages: ["quiet.example.com"], namespaces: { include: ["team-b"] } },
  ]),
  ownNamespace: "pullcred",
  covers: () => true,
  namespace: bareNamespace,
  pullSecret: () => "missing",
  mountable: () => "any",
};

t.test("a mapping is unused that no Pod of an allowed namespace needs", async (t) => {
  const audit = createAudit(WORLD);
  const pod = (image: string) => templatePod({ spec: { containers: [{ image }] } }, "team-a", "Job", "once");
  audit.pod(pod("harbor.example.com/a"));
  audit.pod(pod("quiet.example.com/a"));
  t.match(audit.end(), [{ kind: "MappingUnused", severity: "info", mapping: "quiet" }]);
  t.equal(audit.end().length, 1);
});

t.test("a ServiceAccount that enforces mountable secrets is told with what it withholds", async (t) => {
  const audit = createAudit(WORLD);
  const account = (enforce: string | undefined, names: readonly string[]) =>
    readServiceAccount({
      metadata: {
        annotations: enforce === undefined ? {} : { "kubernetes.io/enforce-mountable-secrets": enforce },
      },
      imagePullSecrets: names.map((name) => ({ name })),
    });
  t.match(audit.serviceAccount("team-b", "strict", account("true", [])), [
    {
      kind: "MountableSecretsEnforced",
      severity: "info",
      name: "strict",
      message: /pullcred-harbor, pullcred-quiet/,
    },
  ]);
  t.match(audit.serviceAccount("team-a", "strict", account("T", [])), [
    { message: /cannot get pullcred-harbor$/ },
  ]);
  for (const [namespace, given] of [
    ["team-a", account("true", ["pullcred-harbor"])],
    ["team-a", account("yes", [])], // strconv.ParseBool knows no yes
    ["team-a", account(undefined, [])],
    ["pullcred", account("true", [])],
  ] as const) {
    t.same(audit.serviceAccount(namespace, "any", given), []);
  }
});

t.test("the Pods of one owner are one group, and a registry without a mapping is one, too", async (t) => {
  const groups = createFindingGroups();
  const counts = createFindingCounts();
  const common = { message: "m", remedy: "r", namespace: "team-a" };
  const add = (parts: Partial<Parameters<typeof toFinding>[0]>): void => {
    const finding = toFinding({ kind: "NotInjected", severity: "warning", ...common, ...parts });
    groups.add(finding);
    counts.add(finding);
  };
  for (const name of ["a-1", "a-2", "a-3"]) add({ name, owner: "ReplicaSet/a" });
  add({ name: "b-1", owner: "ReplicaSet/b" });
  add({ name: "bare-1" });
  add({ name: "bare-2" });
  add({ name: "a-1", owner: "ReplicaSet/a", namespace: "team-b" });
  add({ kind: "PullSecretBroken", severity: "error", name: "z" });
  for (const namespace of ["team-a", "team-b"]) {
    for (const image of ["quay.io/a", "quay.io/b:2"])
      add({ kind: "ImageNotCovered", severity: "info", namespace, image });
  }
  t.same(
    groups.list().map(({ example, count }) => [example.kind, example.namespace, example.name, count]),
    [
      ["PullSecretBroken", "team-a", "z", 1],
      ["NotInjected", "team-a", "bare-1", 1],
      ["NotInjected", "team-a", "bare-2", 1],
      ["NotInjected", "team-a", "a-1", 3],
      ["NotInjected", "team-a", "b-1", 1],
      ["NotInjected", "team-b", "a-1", 1],
      ["ImageNotCovered", "team-a", null, 4],
    ],
  );
  const kinds = { ImageNotCovered: 4, NotInjected: 7, PullSecretBroken: 1 };
  t.same(counts.counts(), { error: 1, warning: 7, info: 4, kinds });
});

t.test("of each severity only so many groups are kept, and the rest is counted", async (t) => {
  const groups = createFindingGroups(2);
  const add = (severity: "error" | "warning", name: string): void =>
    groups.add(toFinding({ kind: "NotInjected", severity, name, message: "m", remedy: "r" }));
  for (const name of ["a", "b", "c", "d", "a"]) add("warning", name);
  add("error", "last");
  t.same(
    groups.list().map(({ example, count }) => [example.severity, example.name, count]),
    [
      ["error", "last", 1],
      ["warning", "a", 2],
      ["warning", "b", 1],
    ],
  );
  t.equal(groups.others(), 2);
});
