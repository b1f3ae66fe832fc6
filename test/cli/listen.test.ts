import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { fastify } from "fastify";
import t, { type Test } from "tap";
import { listenOn, listenOnBoth } from "../../src/cli/serve/listen.ts";

const ANY_PORT = { host: "127.0.0.1", port: 0 };

async function takePort(t: Test): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  t.teardown(() => server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function app(t: Test) {
  const created = fastify();
  t.teardown(() => created.close());
  return created;
}

t.test("both listen, and are told in their order", async (t) => {
  const [first, second] = [app(t), app(t)];
  first.get("/", () => "first");
  second.get("/", () => "second");
  const urls = await listenOnBoth([first, ANY_PORT], [second, ANY_PORT]);
  t.same(await Promise.all(urls.map(async (url) => (await fetch(url)).text())), ["first", "second"]);
});

t.test("where one port is taken, neither goes on listening", async (t) => {
  const taken = { host: "127.0.0.1", port: await takePort(t) };
  for (const [name, one, other] of [
    ["the first", taken, ANY_PORT],
    ["the second", ANY_PORT, taken],
  ] as const) {
    const [first, second] = [app(t), app(t)];
    await t.rejects(
      listenOnBoth([first, one], [second, other]),
      {
        code: "ListenFailed",
        message: `could not listen on 127.0.0.1:${taken.port}: something listens there already: choose another port`,
      },
      name,
    );
    t.same([first.server.listening, second.server.listening], [false, false], name);
  }
});

t.test(
  "a host's name is one address, so that there is one server to close and to give certificates",
  async (t) => {
    const server = app(t);
    const url = await listenOn(server, { host: "localhost", port: 0 });
    t.match(url, /^http:\/\/localhost:\d+$/);
    t.equal(server.addresses().length, 1);
  },
);

t.test("a host that does not exist is told", async (t) => {
  await t.rejects(listenOn(app(t), { host: "no-such-host.invalid", port: 0 }), { code: "ListenFailed" });
});
