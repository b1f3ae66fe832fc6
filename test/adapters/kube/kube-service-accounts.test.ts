import t, { type Test } from "tap";
import { createKubeServiceAccounts } from "../../../src/adapters/kube/kube-service-accounts.ts";
import { fakeApiServer } from "../../builders/fake-api-server.ts";
import { fakeReflectors } from "../../builders/fake-reflectors.ts";

const ENFORCE = "kubernetes.io/enforce-mountable-secrets";

async function setUp(t: Test) {
  const server = await fakeApiServer(t);
  const { start, one } = fakeReflectors();
  const accounts = createKubeServiceAccounts({ client: server.client, startReflector: start });
  return { ...server, accounts, watch: one() };
}

function account(name: string, enforce?: string) {
  const annotations = enforce === undefined ? {} : { [ENFORCE]: enforce };
  return { metadata: { namespace: "team-a", name, uid: "u", resourceVersion: "1", annotations } };
}

t.test("an account that enforces nothing is known without asking, any other one is not", async (t) => {
  const { accounts, watch } = await setUp(t);
  t.equal(accounts.peek("team-a", "default"), undefined);
  watch.list(account("default"), account("strict", "true"), account("lax", "false"));
  const peek = (name: string): unknown => accounts.peek("team-a", name);
  t.same(["default", "strict", "lax", "other"].map(peek), ["any", undefined, "any", undefined]);
  watch.change(account("default", "1"));
  t.equal(peek("default"), undefined);
  watch.remove(account("lax"));
  t.equal(peek("lax"), undefined);
});

t.test("an account that is asked for says what its Pods may name", async (t) => {
  const { accounts, request } = await setUp(t);
  const rows: readonly (readonly [number, unknown, unknown])[] = [
    [200, { ...account("builder", "true"), imagePullSecrets: [{ name: "hub-pull" }, {}] }, ["hub-pull"]],
    [200, account("builder"), "any"],
    [404, {}, "any"],
  ];
  for (const [index, [status, body, expected]] of rows.entries()) {
    const asked = accounts.get("team-a", "builder");
    const { url, json } = await request(index);
    t.equal(url.pathname, "/prefix/api/v1/namespaces/team-a/serviceaccounts/builder");
    json(status, body);
    const mountable = await asked;
    t.same(mountable === "any" ? mountable : [...mountable], expected);
  }
});

t.test("no name leads to another object", async (t) => {
  const { accounts, request, requests } = await setUp(t);
  const asked = accounts.get("team-a", "../../pullcred/secrets/x?watch=true");
  const { url, json } = await request(0);
  json(404, {});
  await asked;
  t.equal(
    url.pathname + url.search,
    "/prefix/api/v1/namespaces/team-a/serviceaccounts/..%2F..%2Fpullcred%2Fsecrets%2Fx%3Fwatch%3Dtrue",
  );
  await t.rejects(accounts.get("..", "x"));
  t.equal(requests.length, 1);
});
