import t from "tap";
import { readValues, render } from "./lib/render.ts";

/** Volumes that the profile `restricted` allows; it forbids every other one. */
const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

for (const name of ["default", "registries", "cert-manager", "files", "monitoring"]) {
  t.test(`the Pods of ${name}-values.yaml are restricted ones`, async (t) => {
    const pod = render(readValues(`ci/${name}-values.yaml`)).find("Deployment").spec.template.spec;
    t.same(pod.securityContext, { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    for (const field of ["hostNetwork", "hostPID", "hostIPC", "hostUsers"]) t.equal(pod[field], undefined);
    t.equal(pod.initContainers, undefined);
    for (const container of pod.containers) {
      t.same(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        capabilities: { drop: ["ALL"] },
      });
      for (const port of container.ports) t.equal(port.hostPort, undefined);
    }
    for (const { name, ...source } of pod.volumes) t.ok(VOLUMES.includes(Object.keys(source)[0] ?? ""), name);
  });
}

t.test("only the Pods of the Deployment get the ServiceAccount's token", async (t) => {
  const chart = render({ serviceAccount: { annotations: { "example.com/role": "pull" } } });
  const account = chart.find("ServiceAccount");
  t.equal(account.automountServiceAccountToken, false);
  t.same(account.metadata.annotations, { "example.com/role": "pull" });
  t.equal(chart.find("Deployment").spec.template.spec.automountServiceAccountToken, true);
});

t.test("a ServiceAccount that is somebody else's is named, and not made", async (t) => {
  const chart = render({ serviceAccount: { create: false, name: "theirs" } });
  t.same(chart.names("ServiceAccount"), []);
  t.equal(chart.find("Deployment").spec.template.spec.serviceAccountName, "theirs");
});
