import t, { type Test } from "tap";
import { createKubeEvents } from "../../../src/adapters/kube/kube-events.ts";
import type { Notice } from "../../../src/core/event/event-sink.ts";
import { type FakeApiServer, fakeApiServer, type Request } from "../../builders/fake-api-server.ts";
import { logRecorder } from "../../builders/log-recorder.ts";

const PATH = "/prefix/apis/events.k8s.io/v1/namespaces/pullcred/events";
const MISSING: Notice = {
  type: "Warning",
  reason: "CredentialMissing",
  mapping: "harbor",
  note: "No credential: none yet.",
};

const OTHER: Notice = { ...MISSING, note: "another" };

async function setUp(t: Test, origin: string | null = "harbor-creds") {
  const server = await fakeApiServer(t);
  const { log, lines } = logRecorder();
  let mayAct = true;
  const events = createKubeEvents({
    client: server.client,
    namespace: "pullcred",
    instance: "pullcred-1",
    originOf: () => origin ?? undefined,
    mayAct: () => mayAct,
    now: () => Date.UTC(2026, 0, 1),
    log,
  });
  const allowActing = (isAllowed: boolean): void => {
    mayAct = isAllowed;
  };
  return { ...server, events, lines, allowActing };
}

/** Sends a request that comes after all that would have been sent before it. */
async function settle(
  client: FakeApiServer["client"],
  request: FakeApiServer["request"],
  index: number,
): Promise<void> {
  const sent = client.send({ method: "GET", path: "/probe" });
  (await request(index)).json(200, {});
  await sent;
}

const nameOf = ({ body }: Request): string => JSON.parse(body).metadata.name;
const summarise = ({ method, url, body }: Request): unknown => [
  method,
  url.pathname,
  JSON.parse(body).series?.count,
];

t.test("a notice is an Event on the mapping's origin", async (t) => {
  const { events, request } = await setUp(t);
  events.tell(MISSING);
  const created = await request(0);
  created.json(201, {});
  t.same([created.method, created.url.pathname], ["POST", PATH]);
  t.match(JSON.parse(created.body), {
    kind: "Event",
    metadata: { name: /^harbor-creds\.[0-9a-f]+$/, namespace: "pullcred" },
    eventTime: "2026-01-01T00:00:00.000000Z",
    type: "Warning",
    reason: "CredentialMissing",
    note: "No credential: none yet.",
    reportingInstance: "pullcred-1",
    regarding: { apiVersion: "v1", kind: "Secret", name: "harbor-creds", namespace: "pullcred" },
  });
});

t.test("the same notice again is counted up in its Event; another one is another Event", async (t) => {
  const { events, request } = await setUp(t);
  for (let count = 0; count < 3; count++) events.tell(MISSING); // also while the first is under way
  const created = await request(0);
  created.json(201, {});
  for (const [index, count] of [2, 3].entries()) {
    const counted = await request(index + 1);
    counted.json(200, {});
    t.same(summarise(counted), ["PATCH", `${PATH}/${nameOf(created)}`, count]);
  }
  events.tell({ ...MISSING, note: "No credential: still none." });
  const other = await request(3);
  other.json(201, {});
  t.equal(other.method, "POST");
  t.not(nameOf(other), nameOf(created), "also in the same millisecond");
});

t.test("an Event that the API server has forgotten is made anew at once, and counts from one", async (t) => {
  const { events, request, lines } = await setUp(t);
  events.tell(MISSING);
  (await request(0)).json(201, {});
  events.tell(MISSING);
  (await request(1)).json(404, {});
  const again = await request(2);
  again.json(201, {});
  t.same([again.method, JSON.parse(again.body).note], ["POST", MISSING.note]);
  events.tell(MISSING);
  const counted = await request(3);
  counted.json(200, {});
  t.same(summarise(counted), ["PATCH", `${PATH}/${nameOf(again)}`, 2]);
  t.equal(lines.filter(({ level }) => level === 40).length, 0);
});

t.test("what could not be told counts nothing", async (t) => {
  const { events, request, lines } = await setUp(t);
  events.tell(MISSING);
  (await request(0)).json(500, {});
  events.tell(MISSING);
  const created = await request(1);
  created.json(201, {});
  t.equal(created.method, "POST");
  events.tell(MISSING);
  (await request(2)).json(500, {});
  events.tell(MISSING);
  const counted = await request(3);
  counted.json(200, {});
  t.same(summarise(counted), ["PATCH", `${PATH}/${nameOf(created)}`, 2]);
  t.equal(lines.filter(({ msg }) => msg === "could not tell an Event").length, 2);
});

t.test("only who may act tells an Event, also where it waited for the one before", async (t) => {
  const { events, request, requests, allowActing, client } = await setUp(t);
  allowActing(false);
  events.tell(MISSING);
  allowActing(true);
  events.tell(OTHER);
  events.tell(OTHER);
  const first = await request(0);
  t.match(first.body, /another/);
  allowActing(false);
  first.json(201, {});
  await settle(client, request, 1);
  t.equal(requests.length, 2);
});

t.test("a mapping that is gone has no origin, and no Event", async (t) => {
  const { events, request, requests, client, lines } = await setUp(t, null);
  events.tell(MISSING);
  await settle(client, request, 0);
  t.equal(requests.length, 1);
  t.match(lines, [{ msg: "notice", reason: "CredentialMissing" }]);
});

t.test("a long origin name gives a valid name", async (t) => {
  const { events, request } = await setUp(t, `${"a".repeat(199)}-${"b".repeat(50)}`);
  events.tell(MISSING);
  const created = await request(0);
  created.json(201, {});
  t.match(nameOf(created), /^a{199}\.[0-9a-f]+$/);
});
