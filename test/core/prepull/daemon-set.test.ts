import t from "tap";
import { type PrepullRequest, renderDaemonSet } from "../../../src/core/prepull/daemon-set.ts";
import { supportsImageVolumes } from "../../../src/core/prepull/image-volume-support.ts";

const PAUSE = "registry.k8s.io/pause:3.10";
const REQUEST: PrepullRequest = {
  ...{ namespace: "team-a", images: ["a", "b"], pullSecrets: ["s"], pauseImage: PAUSE },
  ...{ nodeSelector: { pool: "gpu" }, method: "volumes" },
};
const RESTRICTED = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};
const RESOURCES = { requests: { cpu: "1m", memory: "2Mi" }, limits: { cpu: "50m", memory: "32Mi" } };

t.test("images are volumes, each of a container of its own", async (t) => {
  const labels = { "pullcred.dev/prepull": "prepull", "app.kubernetes.io/managed-by": "pullcred" };
  const ofImage = (name: string): object => ({
    ...{ name, image: PAUSE, volumeMounts: [{ name, mountPath: "/image", readOnly: true }] },
    ...{ resources: RESOURCES, securityContext: RESTRICTED },
  });
  t.same(renderDaemonSet("prepull", REQUEST), {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "prepull", namespace: "team-a", labels },
    spec: {
      selector: { matchLabels: { "pullcred.dev/prepull": "prepull" } },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } },
      template: {
        metadata: { labels },
        spec: {
          imagePullSecrets: [{ name: "s" }],
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 1,
          nodeSelector: { pool: "gpu", "kubernetes.io/os": "linux" },
          tolerations: [{ operator: "Exists" }],
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65534,
            runAsGroup: 65534,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            { name: "pause", image: PAUSE, resources: RESOURCES, securityContext: RESTRICTED },
            ofImage("image-1"),
            ofImage("image-2"),
          ],
          volumes: [
            { name: "image-1", image: { reference: "a" } },
            { name: "image-2", image: { reference: "b" } },
          ],
        },
      },
    },
  });
});

t.test("or they are containers, which start nothing", async (t) => {
  const { spec } = renderDaemonSet("prepull", { ...REQUEST, method: "containers", pullSecrets: [] }).spec
    .template;
  const command = ["/pullcred-prepull-starts-nothing"];
  t.same(
    spec.containers.map(({ resources, securityContext, ...container }: Record<string, unknown>) => container),
    [
      { name: "pause", image: PAUSE },
      { name: "image-1", image: "a", command },
      { name: "image-2", image: "b", command },
    ],
  );
  t.notOk("volumes" in spec);
  t.notOk("imagePullSecrets" in spec);
});

t.test("kubelets know image volumes by default from 1.35 on", async (t) => {
  const rows = [
    ["v1.35.0", true],
    ["v1.36.2-gke.100", true],
    ["v1.40.0+k3s1", true],
    ["v2.0.0", true],
    ["v1.34.9", false],
    ["v1.9.1", false],
    ["", false],
    ["unknown", false],
  ] as const;
  for (const [version, expected] of rows) t.equal(supportsImageVolumes(version), expected, version);
});
