import type { Test } from "tap";
import { createKubeClient } from "../../../src/adapters/kube/client/kube-client.ts";
import { createConnection } from "../../../src/adapters/kube/client/kube-connection.ts";
import { createSecretApi, type SecretApi } from "../../../src/adapters/kube/secrets/secret-api.ts";
import { systemClock } from "../../../src/adapters/time/system-clock.ts";
import type { ControlPlane } from "./control-plane.ts";

/** The product's own way to Secrets for a release of this name, with every right; it ends with the test. */
export function adminSecretApi(t: Test, plane: ControlPlane, release: string): SecretApi {
  const connection = createConnection(
    async () => ({
      server: new URL(`https://127.0.0.1:${plane.port}`),
      tls: { rejectUnauthorized: false },
      headers: { authorization: `Bearer ${plane.adminToken}` },
    }),
    systemClock,
  );
  t.teardown(() => connection.close());
  const client = createKubeClient({ connection, timeout: 5_000, userAgent: "test" });
  return createSecretApi(client, release, systemClock);
}
