import t from "tap";
import {
  ASK,
  certificate,
  imageAt,
  openClient,
  robot,
  withPassword,
} from "../../builders/registry-client.ts";
import { registryServer } from "../../builders/registry-server.ts";

t.test("no redirect carries a credential to another server", async (t) => {
  const other = await registryServer(t, () => ASK, certificate);
  const server = await registryServer(
    t,
    ({ authorization, path }) =>
      authorization === undefined
        ? ASK
        : { status: 307, headers: { location: `https://${other.host}${path}` } },
    certificate,
  );
  const outcome = await openClient(t).pull(imageAt(server.host), robot);
  t.match(outcome, {
    verdict: "Inconclusive",
    detail: /redirects to another host, which gets no credential/,
  });
  t.ok(other.asked.length > 0);
  t.ok(other.asked.every(({ authorization }) => authorization === undefined));
});

t.test("a redirect within the registry keeps the credential; one that comes back has lost it", async (t) => {
  const moved = await registryServer(
    t,
    (asked) =>
      asked.path.startsWith("/v2/moved/") || asked.path === "/v2/"
        ? withPassword(asked)
        : { status: 301, headers: { location: asked.path.replace("/v2/", "/v2/moved/") } },
    certificate,
  );
  t.match(await openClient(t).pull(imageAt(moved.host), robot), { verdict: "Works" });

  const other = await registryServer(
    t,
    () => ({ status: 302, headers: { location: `https://${detour.host}/back` } }),
    certificate,
  );
  const detour = await registryServer(
    t,
    (asked) => {
      if (asked.path === "/back") return { status: 302, headers: { location: "/inside" } };
      const isLedAway = asked.authorization !== undefined && asked.path !== "/v2/";
      return isLedAway
        ? { status: 302, headers: { location: `https://${other.host}/` } }
        : withPassword(asked);
    },
    certificate,
  );
  t.match(await openClient(t).pull(imageAt(detour.host), robot), {
    verdict: "Inconclusive",
    detail: /redirects/,
  });
  t.match(detour.asked.at(-1), { path: "/inside", authorization: undefined });
});
