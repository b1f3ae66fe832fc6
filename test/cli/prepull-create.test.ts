import t from "tap";
import { createDaemonSetApi } from "../../src/adapters/kube/daemon-set-api.ts";
import { clearName, createDaemonSet } from "../../src/cli/prepull/create.ts";
import { renderDaemonSet } from "../../src/core/prepull/daemon-set.ts";
import { type Behaviour, startDaemonSetServer } from "../builders/daemon-set-server.ts";
import { eventually } from "../builders/eventually.ts";

const DAEMON_SET = renderDaemonSet("mine", {
  ...{ namespace: "team-a", images: ["nginx"], pullSecrets: [], nodeSelector: {} },
  ...{ method: "volumes", pauseImage: "pause" },
});
const END = Date.UTC(2026, 0, 1);
const RUN = { id: "one", end: END };
const PATIENT = new AbortController().signal;
const LABELS = { "pullcred.dev/prepull": "mine" };
const OF_ANOTHER = {
  metadata: {
    ...{ name: "mine", uid: "2", labels: LABELS },
    annotations: {
      "pullcred.dev/prepull-run": "two",
      "pullcred.dev/prepull-end": "2026-01-01T00:00:00.000Z",
    },
  },
};
const BY_HAND = "kubectl delete daemonset -n team-a mine";
const TAKEN =
  "DaemonSet mine in namespace team-a is of another run, which may need it until 2026-01-01T00:00:00.000Z: " +
  `wait, give another --name, or delete it by ${BY_HAND} if that run is no more`;

t.test("a DaemonSet that came to be without an answer is known as the run's own", async (t) => {
  const rows: readonly (readonly [string, Behaviour])[] = [
    ["it is answered", {}],
    ["the connection is closed, and what is sent again is refused", { fates: { POST: ["cut", "answer"] } }],
    ["it is closed whenever it is sent", { fates: { POST: ["cut"] } }],
    ["the answer is late", { fates: { POST: [504] } }],
    ["the answer is no object", { fates: { POST: [200] } }],
  ];
  for (const [name, behaviour] of rows) {
    const { client, standing } = await startDaemonSetServer(t, behaviour);
    const api = createDaemonSetApi(client, "team-a", "mine");
    t.match(await createDaemonSet(api, DAEMON_SET, RUN, PATIENT), standing()?.metadata ?? {}, name);
    t.match(standing(), { metadata: { annotations: { "pullcred.dev/prepull-run": "one" } } }, name);
  }
});

t.test("where it cannot be known, the message says how to delete it", async (t) => {
  const rows: readonly (readonly [string, Behaviour])[] = [
    ["it is not there yet", { isCreated: false, fates: { POST: ["cut"] } }],
    ["the server says that it has failed", { isCreated: false, fates: { POST: [500] } }],
    ["it cannot be read", { fates: { POST: ["cut"], FIND: [500] } }],
  ];
  for (const [name, behaviour] of rows) {
    const { client } = await startDaemonSetServer(t, behaviour);
    const created = createDaemonSet(createDaemonSetApi(client, "team-a", "mine"), DAEMON_SET, RUN, PATIENT);
    const message = new RegExp(`^could not create DaemonSet mine: .*: look, and delete it by ${BY_HAND}$`);
    await t.rejects(created, { code: "ClusterUnreachable", message }, name);
  }
});

t.test("a refusal is told as it is", async (t) => {
  const { client, count } = await startDaemonSetServer(t, { isCreated: false, fates: { POST: [403] } });
  const created = createDaemonSet(createDaemonSetApi(client, "team-a", "mine"), DAEMON_SET, RUN, PATIENT);
  await t.rejects(created, { message: /^could not create DaemonSet mine: could not POST .*: 403$/ });
  t.equal(count("FIND"), 0, "nobody looks for what was refused");
});

t.test("one of another run that was faster is left to it", async (t) => {
  for (const fate of ["answer", "cut"] as const) {
    const { client, standing } = await startDaemonSetServer(t, {
      rival: OF_ANOTHER,
      fates: { POST: [fate] },
    });
    const created = createDaemonSet(createDaemonSetApi(client, "team-a", "mine"), DAEMON_SET, RUN, PATIENT);
    await t.rejects(created, { code: "WrongUse", message: TAKEN }, fate);
    t.equal(standing(), OF_ANOTHER, fate);
  }
});

t.test("only what a run has left goes: one that is past its end", async (t) => {
  const byHand = { metadata: { name: "mine", uid: "3", labels: LABELS } };
  const foreign = { metadata: { name: "mine", uid: "4" } };
  const isNotOurs = "DaemonSet mine in namespace team-a is none of pullcred prepull: give another --name";
  const isByHand =
    "DaemonSet mine in namespace team-a was not made by --wait, which would delete it: " +
    `give another --name, or delete it by ${BY_HAND}`;
  const rows: readonly (readonly [string, Behaviour["before"], number, string | null])[] = [
    ["nothing", undefined, END, null],
    ["it is past its end", OF_ANOTHER, END, null],
    ["it is not", OF_ANOTHER, END - 1, TAKEN],
    ["somebody has applied it", byHand, END, isByHand],
    ["it is something else", foreign, END, isNotOurs],
  ];
  for (const [name, before, now, problem] of rows) {
    const { client, standing } = await startDaemonSetServer(t, { before });
    const cleared = clearName(createDaemonSetApi(client, "team-a", "mine"), DAEMON_SET, now);
    if (problem === null) await cleared;
    else await t.rejects(cleared, { code: "WrongUse", message: problem }, name);
    t.equal(standing(), problem === null ? undefined : before, name);
  }
});

t.test("a creation that is given up is ended, and looked for", async (t) => {
  const impatient = new AbortController();
  const { client, count, standing } = await startDaemonSetServer(t, { fates: { POST: ["hang"] } });
  const created = createDaemonSet(
    createDaemonSetApi(client, "team-a", "mine"),
    DAEMON_SET,
    RUN,
    impatient.signal,
  );
  await eventually("the creation has come", () => count("POST") > 0 || undefined);
  impatient.abort();
  t.match(await created, standing()?.metadata ?? {});
});
