import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder with a config of so many mappings and the Secret that all of them refer to. */
export function writeConfig(mappings: number): { readonly config: string; readonly dataDir: string } {
  const dataDir = mkdtempSync(join(tmpdir(), "pullcred-bench-"));
  mkdirSync(join(dataDir, "secrets", "pullcred"), { recursive: true });
  const config = join(dataDir, "config.yaml");
  const registries = Array.from({ length: mappings }, (_, index) => ({
    name: `reg-${index}`,
    matchImages: [`reg-${index}.example.com`, `*.mirror-${index}.example.com/team/`],
    credentials: { secretRef: { name: "bench" } },
  }));
  writeFileSync(config, JSON.stringify({ apiVersion: "pullcred.dev/v1", kind: "Config", registries }));
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "bench", namespace: "pullcred" },
    type: "kubernetes.io/basic-auth",
    stringData: { username: "bench", password: "bench" },
  };
  writeFileSync(join(dataDir, "secrets", "pullcred", "bench.yaml"), JSON.stringify(secret));
  return { config, dataDir };
}

/** An AdmissionReview of the size that a Deployment's Pod has, about 5 KB with one container. */
export function makeReview(containers: number, namespace: string, registry: number, serial: number): Buffer {
  const review = {
    kind: "AdmissionReview",
    apiVersion: "admission.k8s.io/v1",
    request: {
      uid: `00000000-0000-4000-8000-${String(serial).padStart(12, "0")}`,
      kind: { group: "", version: "v1", kind: "Pod" },
      resource: { group: "", version: "v1", resource: "pods" },
      namespace,
      operation: "CREATE",
      userInfo: {
        username: "system:serviceaccount:kube-system:replicaset-controller",
        groups: ["system:authenticated"],
      },
      object: {
        kind: "Pod",
        apiVersion: "v1",
        metadata: {
          generateName: "shop-7d4b9c6f5-",
          labels: { app: "shop", "pod-template-hash": "7d4b9c6f5" },
          annotations: { "example.com/checksum": "c".repeat(64), "example.com/notes": "n".repeat(1_500) },
        },
        spec: {
          containers: Array.from({ length: containers }, (_, index) =>
            makeContainer(registry, index, serial),
          ),
          restartPolicy: "Always",
          serviceAccountName: "default",
          tolerations: [{ key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" }],
        },
      },
      oldObject: null,
      dryRun: false,
    },
  };
  return Buffer.from(JSON.stringify(review));
}

function makeContainer(registry: number, index: number, serial: number): unknown {
  return {
    name: `container-${index}`,
    image: `reg-${registry}.example.com/team/app-${index}:1.${serial % 1_000}`,
    env: Array.from({ length: 30 }, (_, variable) => ({
      name: `VARIABLE_${variable}`,
      value: "v".repeat(40),
    })),
    ports: [{ containerPort: 8080, protocol: "TCP" }],
    resources: { limits: { cpu: "1", memory: "512Mi" }, requests: { cpu: "100m", memory: "128Mi" } },
    livenessProbe: { httpGet: { path: "/livez", port: 8080 }, periodSeconds: 10 },
    volumeMounts: [
      { name: "token", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true },
    ],
    imagePullPolicy: "IfNotPresent",
  };
}
