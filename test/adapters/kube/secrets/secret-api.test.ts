import t, { type Test } from "tap";
import { createSecretApi } from "../../../../src/adapters/kube/secrets/secret-api.ts";
import { buildCopy } from "../../../../src/core/copy/copy.ts";
import { Redacted } from "../../../../src/core/credential/redacted.ts";
import { eventually } from "../../../builders/eventually.ts";
import { fakeApiServer } from "../../../builders/fake-api-server.ts";
import { fakeClock } from "../../../builders/fake-clock.ts";
import { dataOwner, kubeSecret } from "../../../builders/kube-secret.ts";

const COPY = buildCopy({ name: "harbor", secretName: "harbor-pull" }, "team-a", new Redacted("b25l"));
/** What somebody had made already when our apply came, which gave it our labels. */
const THEIRS = kubeSecret({
  uid: "u-theirs",
  managedFields: [dataOwner("kubectl-create", "Update"), dataOwner("pullcred", "Apply")],
});

/** Applies a copy, of which the answer is that somebody was faster. */
async function overtaken(t: Test) {
  const { client, request, requests } = await fakeApiServer(t);
  const clock = fakeClock();
  const applied = createSecretApi(client, "pullcred", clock).apply(COPY, undefined);
  (await request(0)).json(200, THEIRS);
  /** Answers the next undoing, and lets the time pass until another one may come. */
  const answer = async (index: number, status: number): Promise<void> => {
    (await request(index)).json(status, {});
    if (status < 500) return;
    await eventually("it rests", () => clock.pending > 0 || undefined);
    clock.advance(4_000);
  };
  return { applied, request, requests, answer };
}

t.test(
  "what our apply has added to somebody's Secret is taken off again, though it takes more than one try",
  async (t) => {
    const { applied, request, requests, answer } = await overtaken(t);
    const refused = t.rejects(applied, { name: "StoreError", code: "Conflict" });
    for (const index of [1, 2, 3]) await answer(index, 503);
    await answer(4, 200);
    await refused;
    t.equal(requests.length, 5);
    for (const index of [1, 4]) {
      t.same(
        JSON.parse((await request(index)).body),
        {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name: "harbor-pull", namespace: "team-a", uid: "u-theirs" },
        },
        "by the uid, so that nothing is made where it is gone",
      );
    }
  },
);

t.test(
  "of a Secret that is gone, or that another one took the name of, nothing has to be taken off",
  async (t) => {
    for (const status of [404, 409]) {
      const { applied, requests, answer } = await overtaken(t);
      const refused = t.rejects(applied, { name: "StoreError", code: "Conflict" });
      await answer(1, status);
      await refused;
      t.equal(requests.length, 2);
    }
  },
);

t.test("an undoing that never succeeds ends", async (t) => {
  const { applied, request, requests, answer } = await overtaken(t);
  const failed = t.rejects(applied, { name: "StoreError", code: "Unavailable" });
  for (const index of [1, 2, 3, 4]) await answer(index, 503);
  (await request(5)).json(503, {});
  await failed;
  t.equal(requests.length, 6);
});

t.test("a store that is too busy says for how long it wants to be left alone", async (t) => {
  const { client, request } = await fakeApiServer(t);
  const api = createSecretApi(client, "pullcred", fakeClock());
  const rows = [
    [{ "retry-after": "7" }, 7_000],
    [{}, undefined],
  ] as const;
  for (const [index, [headers, retryAfter]] of rows.entries()) {
    const refused = t.rejects(api.get("team-a", "s"), {
      name: "StoreError",
      code: "Unavailable",
      retryAfter,
    });
    (await request(index)).json(429, { reason: "TooManyRequests" }, headers);
    await refused;
  }
});

t.test("no name leads to another object", async (t) => {
  const { client, request } = await fakeApiServer(t);
  const api = createSecretApi(client, "pullcred", fakeClock());
  const asked = api.get("team-a", "../x?y");
  const { url, json } = await request(0);
  json(404, {});
  t.equal(await asked, undefined);
  t.equal(url.pathname + url.search, "/prefix/api/v1/namespaces/team-a/secrets/..%2Fx%3Fy");
});
