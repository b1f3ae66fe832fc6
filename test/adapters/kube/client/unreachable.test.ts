import { createServer as createPlain } from "node:http";
import { createServer as createTls } from "node:https";
import { type AddressInfo, createServer as createSocket, type Server } from "node:net";
import t, { type Test } from "tap";
import { createKubeClient } from "../../../../src/adapters/kube/client/kube-client.ts";
import { type Access, createConnection } from "../../../../src/adapters/kube/client/kube-connection.ts";
import { makeSelfSigned } from "../../../../src/adapters/tls/self-signed.ts";
import { kubeconfigError } from "../../../../src/core/kubeconfig/kubeconfig-error.ts";
import { logRecorder } from "../../../builders/log-recorder.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const MARK = "s3cr3t-mark";
const PATH = "/api/v1/namespaces";
const HOST = "127.0.0.1";
const now = Date.now();
const [right, other, old] = await Promise.all([
  makeSelfSigned([HOST], now, DAY_MS),
  makeSelfSigned(["api.example.com"], now, DAY_MS),
  makeSelfSigned([HOST], now - 3 * DAY_MS, DAY_MS),
]);

async function listen(t: Test, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  t.teardown(() => server.close());
  return `${HOST}:${(server.address() as AddressInfo).port}`;
}

/** Sends one request, and returns what a person and a log are told of it. */
async function failureOf(
  load: () => Promise<Access>,
): Promise<{ readonly message: string; readonly logged: string }> {
  const connection = createConnection(load, { now: Date.now, after: () => () => undefined });
  const client = createKubeClient({ connection, timeout: 10_000, userAgent: "test" });
  const { log, lines } = logRecorder();
  const error = await client.send({ method: "GET", path: PATH }).then(
    () => new Error("it was reached"),
    (failure: Error) => failure,
  );
  log.error({ err: error }, "failed");
  connection.close();
  return { message: error.message, logged: JSON.stringify(lines) };
}

t.test(
  "why the API server is not reached is told in words, with its host and nothing that is sent",
  async (t) => {
    const tls = ({ serving }: typeof right): Server =>
      createTls({ cert: serving.certificate, key: serving.key }, (_request, response) => response.end("{}"));
    const hosts = {
      right: await listen(t, tls(right)),
      other: await listen(t, tls(other)),
      old: await listen(t, tls(old)),
      plain: await listen(t, createPlain()),
      mute: await listen(
        t,
        createSocket((socket) => socket.destroy()),
      ),
      text: await listen(
        t,
        createTls({ cert: right.serving.certificate, key: right.serving.key }, (_request, response) =>
          response.end(`<html>${MARK}`),
        ),
      ),
    };
    const reach = (host: string): string => `could not reach ${host}: `;
    const untrusted =
      "its certificate is not trusted: the CA of the kubeconfig, or ca.crt of the Pod, is another one";
    const rows: readonly (readonly [string, Access["tls"], string | RegExp])[] = [
      [`${HOST}:1`, {}, `${reach(`${HOST}:1`)}nobody listens there`],
      // A machine without a name server cannot tell.
      [
        "no.invalid",
        {},
        /^could not reach no\.invalid: (there is no such host|its name could not be looked up)$/,
      ],
      [hosts.right, {}, `${reach(hosts.right)}${untrusted}`],
      [hosts.right, { ca: other.ca }, `${reach(hosts.right)}${untrusted}`],
      [hosts.other, { ca: other.ca }, `${reach(hosts.other)}its certificate is for another host`],
      [hosts.old, { ca: old.ca }, `${reach(hosts.old)}its certificate has expired`],
      [hosts.plain, {}, `${reach(hosts.plain)}it does not speak TLS`],
      [hosts.mute, {}, `${reach(hosts.mute)}it closed the connection`],
      [hosts.right, { cert: MARK, key: MARK }, `${reach(hosts.right)}ERR_OSSL_PEM_NO_START_LINE`],
      [hosts.text, { ca: right.ca }, `no usable answer of ${hosts.text}: it is not JSON`],
      [hosts.right, { ca: right.ca }, "it was reached"],
    ];
    for (const [host, trust, expected] of rows) {
      const server = new URL(`https://user:${MARK}@${host}`);
      const access: Access = { server, tls: trust, headers: { authorization: `Bearer ${MARK}` } };
      const { message, logged } = await failureOf(async () => access);
      const why = message.replace(`could not GET ${PATH}: `, "");
      if (typeof expected === "string") t.equal(why, expected);
      else t.match(why, expected);
      t.notMatch(logged, MARK, why);
    }
  },
);

t.test("a kubeconfig that turns bad while the process runs is told with its own words", async (t) => {
  const { message } = await failureOf(async () => {
    throw kubeconfigError("/k", "line 3, column 1: wrong");
  });
  t.equal(message, `could not GET ${PATH}: could not read kubeconfig /k: line 3, column 1: wrong`);
});
