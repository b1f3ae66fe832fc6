import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { createMetrics } from "../../src/adapters/observability/metrics.ts";
import type { Backend } from "../../src/cli/serve/backend.ts";
import { openClusterBackend } from "../../src/cli/serve/cluster-backend.ts";
import { eventually } from "../builders/eventually.ts";
import { type FakeApiServer, fakeApiServer, type Request } from "../builders/fake-api-server.ts";
import { logRecorder } from "../builders/log-recorder.ts";

/** More than one agent sends at a time. */
const MANY = 100;

/** A backend of a cluster that is a fake API server. */
async function setUp(t: Test): Promise<{ readonly backend: Backend; readonly server: FakeApiServer }> {
  const server = await fakeApiServer(t);
  const file = join(t.testdir(), "kubeconfig");
  writeFileSync(
    file,
    JSON.stringify({
      "current-context": "x",
      clusters: [{ name: "c", cluster: { server: server.address, "insecure-skip-tls-verify": true } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      users: [{ name: "u", user: { token: "token" } }],
    }),
  );
  const backend = await openClusterBackend({
    environment: { KUBECONFIG: file },
    namespace: "pullcred",
    release: "pullcred",
    namespacedRoles: false,
    manageCertificate: false,
    repairPods: false,
    repairExcludeNamespace: [],
    metrics: createMetrics(),
    log: logRecorder().log,
  });
  return { backend, server };
}

const isAbout =
  (what: string) =>
  ({ url }: Request): boolean =>
    url.pathname.includes(`/${what}`);

t.test("a renewal of the Lease does not wait for the writes before it", async (t) => {
  const { backend, server } = await setUp(t);
  const writes = Array.from({ length: MANY }, (_, index) => backend.secrets.look(`team-${index}`, "s"));
  let givenUp = 0;
  for (const write of writes)
    write.catch(() => {
      givenUp += 1;
    });
  await eventually("the API server is busy", () => server.requests.find(isAbout("secrets")));
  backend.leadership.start(
    () => undefined,
    async () => undefined,
  );
  const lease = await eventually("the Lease is asked for", () => server.requests.find(isAbout("leases")));
  t.equal(givenUp, 0, "while all the others still wait");
  lease.json(500, {});
  await backend.leadership.stop();
  await backend.stop();
});

t.test("a start that comes after the stop does not stand for the leadership", async (t) => {
  const { backend, server } = await setUp(t);
  await backend.leadership.stop();
  backend.leadership.start(
    () => t.fail("it leads"),
    async () => undefined,
  );
  const looked = backend.secrets.look("team-a", "s");
  (await eventually("something else is asked for", () => server.requests.find(isAbout("team-a")))).json(
    404,
    {},
  );
  await looked;
  t.same(server.requests.filter(isAbout("leases")), []);
  await backend.stop();
});
