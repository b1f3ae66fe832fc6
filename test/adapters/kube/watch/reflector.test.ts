import t, { type Test } from "tap";
import type { Collection, IsKept } from "../../../../src/adapters/kube/watch/list-objects.ts";
import { startReflector } from "../../../../src/adapters/kube/watch/reflector.ts";
import { eventually } from "../../../builders/eventually.ts";
import { type FakeApiServer, fakeApiServer, type Request } from "../../../builders/fake-api-server.ts";
import { fakeClock } from "../../../builders/fake-clock.ts";
import { kubeSecret } from "../../../builders/kube-secret.ts";
import { logRecorder } from "../../../builders/log-recorder.ts";

const COPIES: Collection = { path: "/api/v1/secrets", fieldSelector: "metadata.name=harbor-pull" };
const BOOKMARK = (version: number): object => ({ metadata: { resourceVersion: String(version) } });
const list = (version: string, items: readonly object[] = [], more: object = {}): object => ({
  metadata: { resourceVersion: version, ...more },
  items,
});

/** A reflector of a server on which the test plays the API server. */
async function setUp(t: Test, collection = COPIES, isKept?: IsKept) {
  const server: FakeApiServer = await fakeApiServer(t);
  const clock = fakeClock();
  const { log, lines } = logRecorder();
  const told: string[] = [];
  const news: string[] = [];
  const reflector = startReflector({
    client: server.client,
    collection,
    onList: (items) => told.push(`list ${items.map(({ metadata }) => metadata.namespace).join()}`),
    onChange: ({ metadata }, isDeleted, isNew) => {
      if (isNew) news.push(metadata.resourceVersion);
      told.push(`${isDeleted ? "gone" : "change"} ${metadata.namespace} ${metadata.resourceVersion}`);
    },
    ...(isKept && { isKept }),
    onForbidden: () => told.push("forbidden"),
    clock,
    random: () => 1,
    log,
  });
  t.teardown(reflector.stop);
  const hears = (what: string): Promise<unknown> =>
    eventually(`it hears of ${what}`, () => told.includes(what) || undefined);

  /** Lets the delay pass that the reflector has to keep, once it has begun to keep it: this one and no other. */
  async function rest(ms: number): Promise<void> {
    await eventually(`it rests for ${ms} ms`, () => clock.next === ms || undefined);
    clock.advance(ms - 1);
    t.equal(clock.next, 1);
    clock.advance(1);
  }

  /** Answers the first list, and returns the watch that follows. */
  async function begin(...items: object[]): Promise<Request> {
    (await server.request(0)).json(200, list("10", items));
    const watch = await server.request(1);
    watch.open();
    return watch;
  }

  return { ...server, reflector, clock, told, news, hears, lines, rest, begin };
}

const versionOf = ({ url }: Request): string | null => url.searchParams.get("resourceVersion");
const isWatch = ({ url }: Request): boolean => url.searchParams.get("watch") === "true";

t.test("it lists, then watches from there", async (t) => {
  const { request, begin, reflector, hears, told, news } = await setUp(t);
  t.notOk(reflector.isSynced());
  const watch = await begin(kubeSecret());
  await reflector.tried;
  t.ok(reflector.isSynced());
  const { url, headers } = await request(0);
  t.same(Object.fromEntries(url.searchParams), { fieldSelector: "metadata.name=harbor-pull", limit: "500" });
  t.equal(headers.accept, "application/json");
  t.same(Object.fromEntries(watch.url.searchParams), {
    fieldSelector: "metadata.name=harbor-pull",
    watch: "true",
    allowWatchBookmarks: "true",
    resourceVersion: "10",
    timeoutSeconds: "600",
  });
  watch.event("ADDED", kubeSecret({ namespace: "team-b", version: 11 }));
  watch.event("MODIFIED", kubeSecret({ namespace: "team-b", version: 12 }));
  watch.event("BOOKMARK", BOOKMARK(13));
  watch.event("DELETED", kubeSecret({ namespace: "team-b", version: 14 }));
  await hears("gone team-b 14");
  t.same(told, ["list team-a", "change team-b 11", "change team-b 12", "gone team-b 14"]);
  t.same(news, ["11"], "what came into the collection just now is told apart");
});

t.test("a long list comes page after page, and is told as a whole", async (t) => {
  const { request, told, hears } = await setUp(t);
  (await request(0)).json(200, list("10", [kubeSecret()], { continue: "next-page" }));
  const second = await request(1);
  t.equal(second.url.searchParams.get("continue"), "next-page");
  t.same(told, []);
  second.json(200, list("10", [kubeSecret({ namespace: "team-b" })]));
  await hears("list team-a,team-b");
  t.ok(isWatch(await request(2)));
});

t.test("of a list only what is wanted is kept, which may depend on how much there is already", async (t) => {
  const isKept: IsKept = ({ metadata }, kept) => metadata.namespace !== "team-b" && kept < 3;
  const { request, hears } = await setUp(t, COPIES, isKept);
  const items = ["a", "b", "c", "d", "e"].map((name) => kubeSecret({ namespace: `team-${name}` }));
  (await request(0)).json(200, list("10", items.slice(0, 3), { continue: "next-page" }));
  (await request(1)).json(200, list("10", items.slice(3)));
  await hears("list team-a,team-c,team-d");
  const watch = await request(2);
  watch.open();
  watch.event("MODIFIED", kubeSecret({ namespace: "team-b", version: 11 }));
  await hears("change team-b 11");
});

t.test("where the metadata is enough, no more is asked for", async (t) => {
  const { request, begin } = await setUp(t, { path: "/api/v1/namespaces", metadataOnly: true });
  const watch = await begin();
  const as = "application/json;as=";
  t.equal((await request(0)).headers.accept, `${as}PartialObjectMetadataList;v=v1;g=meta.k8s.io`);
  t.equal(watch.headers.accept, `${as}PartialObjectMetadata;v=v1;g=meta.k8s.io`);
});

t.test("a watch that ends in peace goes on at once, from the last version that was heard of", async (t) => {
  const { request, begin, hears, clock, lines } = await setUp(t);
  const watch = await begin();
  watch.event("MODIFIED", kubeSecret({ version: 20 }));
  await hears("change team-a 20");
  watch.event("BOOKMARK", BOOKMARK(31));
  clock.advance(60_000);
  watch.end();
  const next = await request(2);
  t.ok(isWatch(next), "it does not list again");
  t.equal(versionOf(next), "31");
  t.same(lines, []);
});

t.test("a watch that is ended at once, again and again, is not begun anew in a loop", async (t) => {
  const { request, begin, rest } = await setUp(t);
  (await begin()).end();
  for (const [index, delay] of [500, 1_000, 2_000].entries()) {
    await rest(delay);
    const next = await request(index + 2);
    next.open();
    next.end();
  }
});

t.test("a watch whose version the API server has forgotten begins with a list", async (t) => {
  const expired = { kind: "Status", code: 410, reason: "Expired" };
  const forgetful: readonly (readonly [string, (watch: Request) => void])[] = [
    ["said in the watch", (watch) => watch.event("ERROR", expired)],
    ["said instead of a watch", (watch) => watch.json(410, expired)],
  ];
  for (const [name, forget] of forgetful) {
    const { request, told, hears, rest, lines } = await setUp(t);
    (await request(0)).json(200, list("10", [kubeSecret()]));
    const watch = await request(1);
    if (name === "said in the watch") watch.open();
    forget(watch);
    await rest(500);
    const again = await request(2);
    t.notOk(isWatch(again), name);
    again.json(200, list("90", [kubeSecret({ namespace: "team-c" })]));
    await hears("list team-c");
    t.equal(versionOf(await request(3)), "90", name);
    t.same(told, ["list team-a", "list team-c"], name);
    t.same(lines, [], `${name}: nothing to worry about`);
  }
});

t.test("a watch that falls silent counts as dead: another goes on from where it was", async (t) => {
  const { begin, request, hears, clock, requests, lines } = await setUp(t);
  const watch = await begin();
  watch.event("MODIFIED", kubeSecret({ version: 20 }));
  await hears("change team-a 20");
  clock.advance(149_999);
  t.equal(requests.length, 2);
  clock.advance(1);
  const next = await request(2);
  t.ok(isWatch(next));
  t.equal(versionOf(next), "20");
  await eventually("the dead one is closed", () => watch.isClosed() || undefined);
  t.match(lines, [{ level: 40, msg: "a watch fell silent: beginning another", path: "/api/v1/secrets" }]);
});

t.test("an API server that is too busy is left alone for as long as it asks", async (t) => {
  const { request, rest, reflector } = await setUp(t);
  (await request(0)).json(429, { reason: "TooManyRequests" }, { "retry-after": "7" });
  await reflector.tried;
  t.notOk(reflector.isSynced());
  await rest(8_750); // a quarter at most is added, so that not all come back at once
  t.notOk(isWatch(await request(1)));
});

t.test("failures are told once, and tried again later and later", async (t) => {
  const { request, rest, lines } = await setUp(t);
  for (const [index, delay] of [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
    (await request(index)).json(403, { reason: "Forbidden", message: "grant list" });
    await rest(delay);
  }
  (await request(8)).json(200, list("10"));
  await request(9);
  t.match(lines, [{ level: 40, msg: "could not watch: trying again", path: "/api/v1/secrets" }]);
  t.equal(lines.length, 1);
});

t.test("who has lost the right begins with a list once it is back", async (t) => {
  const { request, begin, told, hears, rest, lines, reflector } = await setUp(t);
  (await begin(kubeSecret())).cut();
  await rest(500);
  (await request(2)).json(403, { reason: "Forbidden", message: "grant watch" });
  await rest(1_000);
  (await request(3)).json(403, { reason: "Forbidden", message: "grant list" });
  await rest(2_000);
  t.ok(reflector.isForbidden());
  const again = await request(4);
  t.notOk(isWatch(again));
  again.json(200, list("90", [kubeSecret({ namespace: "team-c" })]));
  await hears("list team-c");
  t.notOk(reflector.isForbidden());
  t.same(told, ["list team-a", "forbidden", "forbidden", "list team-c"]);
  t.equal(lines.length, 1);
});

t.test("a line that cannot be read is a failure like any other: the watch goes on behind it", async (t) => {
  const { begin, request, hears, rest, lines } = await setUp(t);
  const watch = await begin();
  watch.event("MODIFIED", kubeSecret({ version: 20 }));
  await hears("change team-a 20");
  watch.write('{"type":"MODIFIED","object":{"data":"a-very-secret-password" oops\n');
  await eventually("it is told", () => lines[0]);
  await rest(500);
  t.equal(versionOf(await request(2)), "20");
  t.notMatch(JSON.stringify(lines), /a-very|password/);
});

t.test("a connection that breaks costs no list", async (t) => {
  const { begin, request, hears, rest, lines } = await setUp(t);
  const watch = await begin();
  watch.event("MODIFIED", kubeSecret({ version: 20 }));
  await hears("change team-a 20");
  watch.cut();
  await eventually("it is told", () => lines[0]);
  await rest(500);
  const next = await request(2);
  t.same([isWatch(next), versionOf(next)], [true, "20"]);
});

t.test("it says when it heard last of the API server", async (t) => {
  const { begin, hears, clock, reflector } = await setUp(t);
  const watch = await begin();
  t.equal(reflector.heardAt(), 0);
  clock.advance(70_000);
  watch.event("MODIFIED", kubeSecret({ version: 20 }));
  await hears("change team-a 20");
  t.equal(reflector.heardAt(), 70_000);
});

t.test("stopping ends the watch, and no rest keeps it waiting", async (t) => {
  const { begin, reflector, clock } = await setUp(t);
  const watch = await begin();
  reflector.stop();
  await eventually("the watch is closed", () => watch.isClosed() || undefined);
  await eventually("no timer is left", () => clock.pending === 0 || undefined);

  const second = await setUp(t);
  (await second.request(0)).json(500, {});
  await second.reflector.tried;
  second.reflector.stop();
  await eventually("no timer is left", () => second.clock.pending === 0 || undefined);
  t.equal(second.requests.length, 1);
});

t.test("stopping during the list asks for no further page, and opens no watch", async (t) => {
  for (const more of [{}, { continue: "next-page" }]) {
    const { request, reflector, client, requests, told } = await setUp(t);
    const first = await request(0);
    reflector.stop();
    first.json(200, list("10", [kubeSecret()], more));
    // Its answer comes after that of the list, and so after all that follows from the list.
    for (let turn = 1; turn <= 2; turn++) {
      const sent = client.send({ method: "GET", path: "/probe" });
      (await request(turn)).json(200, {});
      await sent;
    }
    t.same(
      requests.map(({ url }) => url.pathname),
      ["/prefix/api/v1/secrets", "/prefix/probe", "/prefix/probe"],
    );
    t.same(told, []);
  }
});
