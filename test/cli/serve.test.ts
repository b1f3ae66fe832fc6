import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import t, { type Test } from "tap";
import { parse } from "yaml";
import { makeSelfSigned } from "../../src/adapters/tls/self-signed.ts";
import { type Server, startServer } from "../builders/cli.ts";
import { configText } from "../builders/config.ts";
import { eventually } from "../builders/eventually.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";

const HARBOR = { name: "harbor", matchImages: ["harbor.example.com"], secretName: "harbor-pull" };
const POD = pod({ images: ["harbor.example.com/app:1"] });
const PATCH = [{ op: "add", path: "/spec/imagePullSecrets", value: [{ name: "harbor-pull" }] }];

function basicAuth(password: string): string {
  const type = "kubernetes.io/basic-auth";
  const metadata = { name: "harbor-creds", namespace: "pullcred" };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Secret",
    metadata,
    type,
    stringData: { username: "robot", password },
  });
}

/** A data directory with a config and, where one is given, the origin's password. */
function setUp(t: Test, password?: string) {
  const folder = t.testdir({ "config.yaml": configText([HARBOR]) });
  const dataDir = join(folder, "data");
  const files = {
    config: join(folder, "config.yaml"),
    origin: join(dataDir, "secrets", "pullcred", "harbor-creds.yaml"),
    copy: join(dataDir, "secrets", "team-a", "harbor-pull.yaml"),
  };
  const write = (file: string, content: string): void => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  if (password !== undefined) write(files.origin, basicAuth(password));
  return { ...files, dataDir, folder, write, args: ["--config", files.config, "--data-dir", dataDir] };
}

/** The password in the copy, or undefined where there is none. */
function readPassword(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const text = Buffer.from(parse(readFileSync(file, "utf8")).data[".dockerconfigjson"], "base64").toString();
  return JSON.parse(text).auths["harbor.example.com"].password;
}

async function warningsOf(server: Server, body: unknown): Promise<unknown> {
  const answer = (await server.review(body)).body as { response: { warnings?: unknown } };
  return answer.response.warnings;
}

t.test("a Pod goes in, the patch comes out, the Secret stands", async (t) => {
  const { args, copy } = setUp(t, "password-1");
  const server = await startServer(t, args);
  const { status, body } = await server.review(review(POD));
  t.equal(status, 200);
  t.match(body, { response: { patch: Buffer.from(JSON.stringify(PATCH)).toString("base64") } });
  t.match(parse(readFileSync(copy, "utf8")), {
    metadata: { name: "harbor-pull", namespace: "team-a", labels: { "pullcred.dev/registry": "harbor" } },
    type: "kubernetes.io/dockerconfigjson",
  });
  t.equal(readPassword(copy), "password-1");
  t.equal(await server.stop(), 0);
});

t.test("a dry run writes nothing", async (t) => {
  const { args, copy } = setUp(t, "password-1");
  const server = await startServer(t, args);
  t.match((await server.review(review(POD, { dryRun: true }))).body, {
    response: { patchType: "JSONPatch" },
  });
  t.notOk(existsSync(copy));
});

t.test("rotation reaches the copies, and a deleted copy comes back", async (t) => {
  const { args, copy, origin, write } = setUp(t, "password-1");
  const server = await startServer(t, args);
  await server.review(review(POD));
  write(origin, basicAuth("password-2"));
  await eventually("the copy follows", () => readPassword(copy) === "password-2" || undefined);
  rmSync(copy);
  await eventually("the copy is restored", () => readPassword(copy) === "password-2" || undefined);
});

t.test("a Pod that comes before its credential is admitted, and the copy follows", async (t) => {
  const { args, copy, origin, write } = setUp(t);
  const server = await startServer(t, args);
  t.same(await warningsOf(server, review(POD)), [
    "pullcred: registry harbor has no credential yet: Secret harbor-pull follows when it has",
  ]);
  write(origin, basicAuth("late"));
  await eventually("the copy follows", () => readPassword(copy) === "late" || undefined);
});

t.test("a foreign Secret is never overwritten", async (t) => {
  const { args, copy, write } = setUp(t, "password-1");
  const foreign = "apiVersion: v1\nkind: Secret\nmetadata: {name: harbor-pull}\n# mine\n";
  write(copy, foreign);
  const server = await startServer(t, args);
  t.same(await warningsOf(server, review(POD)), [
    "pullcred: Secret harbor-pull is not managed by pullcred: it is used as it is",
  ]);
  t.equal(readFileSync(copy, "utf8"), foreign);
});

t.test("a copy that cannot be written is told, and written once it can be", async (t) => {
  const { args, copy, dataDir, write } = setUp(t, "password-1");
  const obstacle = join(dataDir, "secrets", "team-a");
  write(obstacle, "a file where the folder should be");
  const server = await startServer(t, args);
  t.same(await warningsOf(server, review(POD)), [
    "pullcred: Secret harbor-pull could not be written: it is tried again in the background",
  ]);
  rmSync(obstacle);
  await eventually("the copy is written", () => readPassword(copy) === "password-1" || undefined);
});

t.test("a namespace on its way out gets no copy, no warning and no error", async (t) => {
  const { args, copy, dataDir, write } = setUp(t, "password-1");
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "team-a" } };
  write(
    join(dataDir, "namespaces", "team-a.yaml"),
    JSON.stringify({ ...namespace, status: { phase: "Terminating" } }),
  );
  const server = await startServer(t, args);
  t.equal(await warningsOf(server, review(POD)), undefined);
  t.notOk(existsSync(copy));
  await server.stop();
  t.notMatch(server.stderr(), /"level":"error"/);
});

t.test("a config that changes is in force without a restart, and a bad one is not", async (t) => {
  const { args, config, write } = setUp(t, "password-1");
  const server = await startServer(t, args);
  const other = review(pod({ images: ["quay.io/acme/app"] }));
  const reasonOf = async (): Promise<string> => {
    const { body } = await server.review(other);
    return (body as { response: { auditAnnotations: { reason: string } } }).response.auditAnnotations.reason;
  };
  t.equal(await reasonOf(), "NoMatchingRegistry");
  write(config, configText([HARBOR, { name: "quay", matchImages: ["quay.io"] }]));
  await eventually("the new config is in force", async () => (await reasonOf()) === "Injected" || undefined);
  write(config, "registries: [");
  await eventually("the bad config is refused", () => server.stderr().match(/config refused/) ?? undefined);
  t.equal(await reasonOf(), "Injected");
  t.match(await (await fetch(`${server.metricsUrl}/metrics`)).text(), /^pullcred_config_valid 0$/m);
});

t.test("certificates from files are served, and followed when they change; bad ones are not", async (t) => {
  const { args, folder, write } = setUp(t, "password-1");
  const files = { cert: join(folder, "tls.crt"), key: join(folder, "tls.key") };
  const first = await makeSelfSigned(["localhost"], Date.now(), 60_000);
  const second = await makeSelfSigned(["localhost"], Date.now(), 60_000);
  const put = ({ serving }: typeof first): void => {
    write(files.cert, serving.certificate);
    write(files.key, serving.key);
  };
  put(first);
  const server = await startServer(t, [...args, "--tls-cert", files.cert, "--tls-key", files.key]);
  t.equal(server.ca, null);
  const isServedWith = async ({ ca }: typeof first): Promise<true | undefined> => {
    const { connect } = await import("node:tls");
    return new Promise((resolve) => {
      const socket = connect({
        host: "127.0.0.1",
        port: Number(server.url.port),
        ca,
        servername: "localhost",
      });
      socket.on("secureConnect", () => {
        socket.end();
        resolve(true);
      });
      socket.on("error", () => resolve(undefined));
    });
  };
  t.ok(await isServedWith(first));
  put(second);
  await eventually("the new certificate is served", () => isServedWith(second));
  write(files.cert, "bad");
  await eventually("the bad one is refused", () => server.stderr().match(/certificate refused/) ?? undefined);
  t.ok(await isServedWith(second));
  t.match(await (await fetch(`${server.metricsUrl}/metrics`)).text(), /^pullcred_certificate_valid 0$/m);
});

t.test("probes and metrics are served, and SIGTERM ends readiness before it ends the process", async (t) => {
  const { args } = setUp(t, "password-1");
  const server = await startServer(t, [...args, "--drain-delay", "600"]);
  const probe = async (path: string): Promise<readonly [number, string]> => {
    const response = await fetch(`${server.metricsUrl}${path}`);
    return [response.status, await response.text()];
  };
  t.same(await probe("/livez"), [200, "ok\n"]);
  t.same(await probe("/readyz"), [200, "ok\n"]);
  t.match(await probe("/metrics"), [200, /# TYPE pullcred_reviews_total counter/]);
  server.process.kill("SIGTERM");
  await eventually("it says that it is not ready", async () => {
    const [status, text] = await probe("/readyz");
    return status === 503 ? t.equal(text, "not ready: shutting down\n") : undefined;
  });
  t.equal((await server.review(review(POD))).status, 200, "reviews are still answered");
  t.equal(await server.stop(), 0, "a second signal ends the waiting");
});

t.test("a shutdown under load loses no request", async (t) => {
  const { args } = setUp(t, "password-1");
  const server = await startServer(t, [...args, "--drain-delay", "1"]);
  let answered = 0;
  let isOver = false;
  const client = async (): Promise<void> => {
    while (!isOver) {
      const { status } = await server.review(review(POD));
      t.equal(status, 200);
      answered += 1;
    }
  };
  const clients = Array.from({ length: 16 }, client);
  await eventually("load flows", () => answered > 200 || undefined);
  const before = answered;
  server.process.kill("SIGTERM");
  await eventually("load flows on while it drains", () => answered > before + 100 || undefined);
  isOver = true;
  await Promise.all(clients);
  t.equal(await server.stop(), 0);
});
