import t from "tap";
import { eventually } from "../../builders/eventually.ts";
import { fakeClock } from "../../builders/fake-clock.ts";
import {
  ASK,
  certificate,
  imageAt,
  openClient,
  RIGHT,
  robot,
  startTokenPair,
  withPassword,
} from "../../builders/registry-client.ts";
import { MANIFEST, registryServer } from "../../builders/registry-server.ts";

t.test("a server that hangs is left after a while", async (t) => {
  const clock = fakeClock();
  const server = await registryServer(t, () => "hang", certificate);
  const outcome = openClient(t, { clock }).pull(imageAt(server.host), robot);
  await eventually("it is asked", () => server.asked.length === 1 || undefined);
  clock.advance(30_000);
  t.same(await outcome, {
    verdict: "Inconclusive",
    detail: `${server.host} did not answer within 30 s`,
  });
  t.equal(clock.pending, 0);
});

t.test("whoever gives up waits for nothing, and asks for nothing more", async (t) => {
  const server = await registryServer(t, () => "hang", certificate);
  const giving = new AbortController();
  const client = openClient(t, { signal: giving.signal });
  const reason = new Error("given up");
  const asking = t.rejects(client.login(server.host, robot), reason);
  await eventually("it is asked", () => server.asked.length > 0 || undefined);
  giving.abort(reason);
  await asking;
  await t.rejects(client.login(server.host.replace("127.0.0.1", "localhost"), robot), reason);
  t.equal(server.asked.length, 1);
});

t.test("a body without an end is not waited for, and cut off", async (t) => {
  let unended = 0;
  function* endless(): Generator<string> {
    unended += 1;
    try {
      for (;;) yield "x".repeat(64 * 1024);
    } finally {
      unended -= 1;
    }
  }
  const server = await registryServer(
    t,
    ({ authorization }) => ({ ...(authorization === RIGHT ? MANIFEST : ASK), body: endless() }),
    certificate,
  );
  t.match(await openClient(t).pull(imageAt(server.host), robot), { verdict: "Works" });
  await eventually("the server stops to write", () => unended === 0 || undefined);
});

t.test(
  "a refusal whose body never ends costs no more than the timeout, on the only connection",
  async (t) => {
    const clock = fakeClock();
    let isDripping = true;
    const server = await registryServer(
      t,
      (asked) => {
        const reply = withPassword(asked);
        return isDripping ? { ...reply, body: "x", isUnended: true } : reply;
      },
      certificate,
    );
    const client = openClient(t, { clock, maxSockets: 1 });
    const outcome = client.login(server.host, robot);
    await eventually("the login waits for the connection", () => clock.pending === 2 || undefined);
    clock.advance(30_000);
    const detail = `${server.host} did not answer within 30 s`;
    t.same(await outcome, { verdict: "Inconclusive", detail });
    t.equal(server.asked.length, 1);

    isDripping = false;
    t.match(await client.login(server.host, robot), { verdict: "Works" }, "the connection is free again");
    await eventually("no limit is left", () => clock.pending === 0 || undefined);
  },
);

t.test("whoever gives up waits for no connection either", async (t) => {
  const clock = fakeClock();
  const server = await registryServer(t, () => ({ ...ASK, body: "x", isUnended: true }), certificate);
  const giving = new AbortController();
  const client = openClient(t, { clock, maxSockets: 1, signal: giving.signal });
  const reason = new Error("given up");
  const asking = t.rejects(client.login(server.host, robot), reason);
  await eventually("the login waits for the connection", () => clock.pending === 2 || undefined);
  giving.abort(reason);
  await asking;
  await eventually("nothing is under way", () => clock.pending === 0 || undefined);
});

t.test("a client that is closed leaves no timer, although a body has not ended", async (t) => {
  const clock = fakeClock();
  const server = await registryServer(
    t,
    (asked) => (asked.authorization === RIGHT ? MANIFEST : { ...ASK, body: "x", isUnended: true }),
    certificate,
  );
  const client = openClient(t, { clock });
  t.match(await client.pull(imageAt(server.host), robot), { verdict: "Works" });
  await eventually("only what has not ended has a limit", () => clock.pending === 1 || undefined);
  client.close();
  await eventually("it is called off", () => clock.pending === 0 || undefined);
});

t.test("a token that never ends is left after a while", async (t) => {
  const clock = fakeClock();
  const { registry, tokens } = await startTokenPair(t, () => ({ status: 200, body: "{", isUnended: true }));
  const outcome = openClient(t, { clock }).pull(imageAt(registry.host), robot);
  await eventually("it is asked for", () => tokens.asked.length === 1 || undefined);
  clock.advance(30_000);
  t.same(await outcome, {
    verdict: "Inconclusive",
    detail: `${tokens.host} did not answer within 30 s`,
  });
});
