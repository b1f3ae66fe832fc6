import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startControlPlane } from "../../test/cluster/lib/control-plane.ts";
import { renewToken } from "../../test/cluster/lib/replica.ts";
import { grantMapping, grantRights } from "../../test/cluster/lib/rights.ts";
import { startPod } from "./cluster-pod.ts";
import type { StartForm } from "./startup-forms.ts";

const MAPPINGS = ["a", "b", "c"];
const NAMESPACES = 50;

/** Starts forms as Pods of a small cluster, whose API server is warm. */
export async function startInCluster(): Promise<{ readonly start: StartForm; stop(): Promise<void> }> {
  const plane = await startControlPlane();
  const { admin } = plane;
  await grantRights(admin, ["creds"]);
  for (const name of MAPPINGS) await grantMapping(admin, `${name}-pull`);
  await admin.create("/api/v1/namespaces/pullcred/secrets", {
    metadata: { name: "creds" },
    type: "kubernetes.io/basic-auth",
    stringData: { username: "robot", password: "one" },
  });
  for (let index = 0; index < NAMESPACES; index++) {
    await admin.create("/api/v1/namespaces", { metadata: { name: `ns-${index}` } });
  }
  await renewToken(plane);
  const config = join(plane.folder, "config.yaml");
  const registries = MAPPINGS.map((name) => ({
    name,
    matchImages: [`${name}.example.com`],
    secretName: `${name}-pull`,
    credentials: { secretRef: { name: "creds" } },
  }));
  writeFileSync(config, JSON.stringify({ apiVersion: "pullcred.dev/v1", kind: "Config", registries }));
  return {
    start: ({ program, env }) => startPod(plane, config, { program, env }),
    stop: () => plane.stop(),
  };
}
