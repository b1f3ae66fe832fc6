import t from "tap";
import { imageAt, openClient, robot, startTokenPair, TOKEN } from "../../builders/registry-client.ts";
import type { Asked, RegistryReply } from "../../builders/registry-server.ts";

const isScoped = ({ path }: Asked): boolean => path.includes("scope=");

t.test("a token service that wants to know the image is told it", async (t) => {
  const unscoped: readonly RegistryReply[] = [
    { status: 400 },
    { status: 404 },
    { status: 422 },
    { status: 200, body: "{}" },
  ];
  const scoped = [
    [() => TOKEN, "Works"],
    [() => ({ status: 401 }), "WrongCredentials"],
    [() => ({ status: 403 }), "WrongCredentials"],
    [() => ({ status: 400 }), "Inconclusive"],
    [() => ({ status: 503 }), "Inconclusive"],
  ] as const;
  for (const without of unscoped) {
    for (const [serve, verdict] of scoped) {
      const { registry } = await startTokenPair(t, (asked) => (isScoped(asked) ? serve() : without));
      t.match(await openClient(t).pull(imageAt(registry.host), robot), { verdict });
      t.match(await openClient(t).login(registry.host, robot), { verdict: "Inconclusive" });
    }
  }
});

t.test("to a token service that wants to know the image, nothing wrong is sent again", async (t) => {
  const rows = [
    [401, 1, ["WrongCredentials", "WrongCredentials", "Inconclusive"]],
    [403, 2, ["WrongCredentials", "WrongCredentials", "WrongCredentials"]],
  ] as const;
  for (const [status, expected, verdicts] of rows) {
    const { registry, tokens } = await startTokenPair(t, (asked) => ({
      status: isScoped(asked) ? status : 400,
    }));
    const client = openClient(t);
    const pulls = ["a:1", "a:2", "b"].map((name) => client.pull(imageAt(registry.host, name), robot));
    t.same(
      (await Promise.all(pulls)).map(({ verdict }) => verdict),
      verdicts,
    );
    t.equal(
      tokens.asked.filter(isScoped).length,
      expected,
      `${status}: 403 may be for one image, 401 is for all`,
    );
    t.equal(tokens.asked.length, expected + 1);
  }
});

t.test("what a token service refuses for one image condemns nothing that it gives for another", async (t) => {
  const { registry } = await startTokenPair(t, (asked) => {
    if (!isScoped(asked)) return { status: 400 };
    return asked.path.includes("team-b") ? TOKEN : { status: 401 };
  });
  const verdicts = async (names: readonly string[]): Promise<readonly string[]> => {
    const client = openClient(t);
    const told = [];
    for (const name of names) told.push((await client.pull(imageAt(registry.host, name), robot)).verdict);
    return told;
  };
  t.same(await verdicts(["team-b/a", "team-a/a", "team-b/b"]), ["Works", "NoPullRight", "Works"]);
  t.same(await verdicts(["team-a/a", "team-b/a"]), ["WrongCredentials", "Inconclusive"]);
});

t.test("what is busy or refuses is not asked for the image, too", async (t) => {
  for (const status of [401, 403, 429, 503]) {
    const { registry, tokens } = await startTokenPair(t, () => ({ status }));
    await openClient(t).pull(imageAt(registry.host), robot);
    t.equal(tokens.asked.length, 1, String(status));
  }
});
