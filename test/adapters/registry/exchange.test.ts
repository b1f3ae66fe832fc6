import t from "tap";
import { exchange } from "../../../src/adapters/registry/exchange.ts";
import { createAgents } from "../../../src/adapters/registry/registry-agents.ts";
import { eventually } from "../../builders/eventually.ts";
import { type RegistryReply, registryServer } from "../../builders/registry-server.ts";

t.test("a signal ends its request at once, and no other one", async (t) => {
  const rows: readonly (readonly [what: string, reply: RegistryReply])[] = [
    ["the other has no answer yet", "hang"],
    ["the other's answer has not ended", { status: 401, body: "x", isUnended: true }],
  ];
  for (const [what, reply] of rows) {
    const server = await registryServer(t, () => reply);
    const agents = createAgents({ trust: undefined, howToTrust: "", isInsecure: () => false, maxSockets: 1 });
    t.teardown(() => agents.close());
    const request = { method: "GET", url: new URL(`http://${server.host}/v2/`) } as const;
    const [first, second] = [new AbortController(), new AbortController()];
    const reason = new Error("given up");

    const holding = exchange(request, agents, first.signal);
    await eventually("the only connection is taken", () => server.asked.length === 1 || undefined);
    const waiting = t.rejects(exchange(request, agents, second.signal), reason, what);
    second.abort(reason);
    await waiting;
    await t.rejects(exchange(request, agents, second.signal), reason, "what is over already");
    t.equal(server.asked.length, 1);

    first.abort(reason);
    if (reply === "hang") await t.rejects(holding, reason);
    else await (await holding).rest;
  }
});
