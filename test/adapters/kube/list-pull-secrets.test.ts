import t from "tap";
import { listPullSecrets } from "../../../src/adapters/kube/list-pull-secrets.ts";
import { fakeApiServer, type Request } from "../../builders/fake-api-server.ts";

const METADATA = { metadata: { resourceVersion: "1" } };
const item = (name: string): object => ({ metadata: { name, namespace: "team-a" } });

/** Answers the requests as they come, whatever their order. */
async function answer(
  requests: readonly Request[],
  of: (path: string, selector: string) => readonly [number, object],
) {
  for (const request of requests) {
    const [status, body] = of(
      request.url.pathname.replace("/prefix", ""),
      request.url.searchParams.get("fieldSelector") ?? "",
    );
    request.json(status, body);
  }
}

t.test("the whole cluster is listed, and its items say of which kind they are", async (t) => {
  const server = await fakeApiServer(t);
  const listed = listPullSecrets(server.client);
  await server.request(2);
  await answer(server.requests.slice(0, 3), (path, selector) => [
    200,
    { ...METADATA, items: [item(`${path} ${selector}`)] },
  ]);
  await server.request(4);
  await answer(server.requests.slice(3), (path, selector) => [
    200,
    { ...METADATA, items: [item(`${path} ${selector}`)] },
  ]);
  t.same(
    (await listed).map(({ kind, apiVersion, metadata }) => [
      kind,
      apiVersion,
      (metadata as { name: string }).name,
    ]),
    [
      ["ServiceAccount", undefined, "/api/v1/serviceaccounts "],
      ["Secret", undefined, "/api/v1/secrets type=kubernetes.io/dockerconfigjson"],
      ["Secret", undefined, "/api/v1/secrets type=kubernetes.io/dockercfg"],
      ["ConfigMap", undefined, "/api/v1/namespaces/kube-system/configmaps metadata.name=acr-configuration"],
      ["ImagePullSecret", "tcr.tencentcloudcr.com/v1", "/apis/tcr.tencentcloudcr.com/v1/imagepullsecrets "],
    ],
  );
});

t.test("a tool that is not there, or may not be seen, is none", async (t) => {
  const server = await fakeApiServer(t);
  const listed = listPullSecrets(server.client);
  await server.request(2);
  await answer(server.requests.slice(0, 3), () => [200, { ...METADATA, items: [] }]);
  await server.request(4);
  await answer(server.requests.slice(3), (path) => [path.startsWith("/apis") ? 404 : 403, {}]);
  t.same(await listed, []);
});

t.test("one namespace is read alone, without the tools of the cluster", async (t) => {
  const server = await fakeApiServer(t);
  const listed = listPullSecrets(server.client, "team-a");
  await server.request(2);
  t.same(
    server.requests.map(({ url }) => url.pathname),
    ["serviceaccounts", "secrets", "secrets"].map((name) => `/prefix/api/v1/namespaces/team-a/${name}`),
  );
  await answer(server.requests, () => [200, { ...METADATA, items: [] }]);
  t.same(await listed, []);
  t.equal(server.requests.length, 3);
});

t.test("what may not be read is an error, not an empty cluster", async (t) => {
  const server = await fakeApiServer(t);
  const listed = listPullSecrets(server.client);
  await server.request(2);
  await answer(server.requests, (path) =>
    path.endsWith("secrets") ? [403, {}] : [200, { ...METADATA, items: [] }],
  );
  await t.rejects(listed, /could not GET \/api\/v1\/secrets: 403/);
});
