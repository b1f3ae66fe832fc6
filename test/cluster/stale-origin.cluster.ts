// A watch may fall behind for minutes before anybody can tell. A replica whose watch of the origin does must not put the
// old credential in the place of the new one that the leader wrote, not even as the next leader.
import t from "tap";
import { eventually } from "../builders/eventually.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";
import { IMAGE, readPassword, startCluster } from "./lib/cluster.ts";
import { followCopies } from "./lib/copy-history.ts";
import { startProxy } from "./lib/proxy.ts";

const ORIGIN = "/api/v1/namespaces/pullcred/secrets/harbor-creds";
const POD = pod({ images: [IMAGE] });
/** More than any other watch of this small cluster carries. */
const HEAVY = 200_000;

const cluster = await startCluster(t);
const { admin, plane } = cluster;
await cluster.setPassword("old");
for (const name of ["team-a", "team-b"]) await cluster.makeNamespace(name);
const leader = await cluster.start();
const proxy = await startProxy(plane.port);
t.teardown(proxy.stop);
const follower = await cluster.start(proxy.port);
await leader.review(review(POD, { namespace: "team-a" }));
await cluster.passwordArrives("old", ["team-a"]);
const history = await followCopies(plane, "harbor-pull");
t.teardown(history.stop);
const isAnsweredWithoutWarning = async (): Promise<true | undefined> => {
  const { response } = await follower.review(review(POD, { namespace: "team-a" }));
  return response.warnings === undefined || undefined;
};

function passwordsIn(name: string): readonly unknown[] {
  return history
    .versions()
    .flatMap(({ namespace, data }) => (namespace === name ? [readPassword(data)] : []));
}

t.test("a replica whose watch of the origin is behind replaces no copy", async (t) => {
  t.match(await leader.metrics(), /^pullcred_leader 1$/m);
  await admin.merge(ORIGIN, { metadata: { annotations: { padding: "x".repeat(HEAVY) } } });
  await eventually("its watch of the origin is held", () => proxy.holdHeavy(HEAVY) === 1 || undefined);
  await cluster.setPassword("new");
  await cluster.passwordArrives("new", ["team-a"]);
  for (let round = 0; round < 3; round++) {
    const { response } = await follower.review(review(POD, { namespace: "team-a" }));
    t.match(response, { allowed: true, patchType: "JSONPatch" });
    t.match(response.warnings, [/harbor-pull is not up to date yet/], "it knows the old credential only");
  }
  // Where no copy stands it makes one of what it knows, and the leader brings that up to date.
  await follower.review(review(POD, { namespace: "team-b" }));
  // The last of all versions, in the API server's order.
  await eventually("the history has come there", () => passwordsIn("team-b").at(-1) === "new" || undefined);
  t.same(passwordsIn("team-a"), ["old", "new"], "nobody else has written the copy");
  t.same(passwordsIn("team-b"), ["old", "new"]);
  t.notMatch(`${leader.stderr()}${follower.stderr()}`, /"level":"error"/);
});

t.test("as the next leader it looks at the origin before it writes a copy", async (t) => {
  await leader.stop();
  await eventually("it knows the new credential, though its watch is still held", isAnsweredWithoutWarning);
  t.match(await follower.metrics(), /^pullcred_leader 1$/m);
  t.same(new Set(passwordsIn("team-a").slice(1)), new Set(["new"]), "the old one never came back");
});

t.test("once its watch goes on, it follows again", async (t) => {
  proxy.release();
  await cluster.setPassword("newest");
  await cluster.passwordArrives("newest", ["team-a", "team-b"]);
  t.ok(await isAnsweredWithoutWarning());
});
