import t from "tap";
import { ASK, certificate, imageAt, openClient, RIGHT, robot } from "../../builders/registry-client.ts";
import {
  type Asked,
  MANIFEST,
  type RegistryReply,
  type RegistryServer,
  registryServer,
} from "../../builders/registry-server.ts";

/** A registry that answers whoever has the password so at `/v2/`, and so for an image. */
const registry =
  (door: RegistryReply, image: RegistryReply) =>
  ({ path, authorization }: Asked): RegistryReply => {
    if (authorization !== RIGHT) return ASK;
    return path === "/v2/" ? door : image;
  };

t.test("an image decides where /v2/ does not, which containerd never asks", async (t) => {
  const rows = [
    [{ status: 403 }, MANIFEST, "Works", /gave the manifest/],
    [{ status: 403 }, ASK, "WrongCredentials", /refuses the credential \(401\)/],
    [
      { status: 403 },
      { status: 403 },
      "WrongCredentials",
      /\(403\): it is wrong, has expired, or is not let in/,
    ],
    [{ status: 403 }, { status: 404 }, "NotFound", /has no such image/],
    [{ status: 403 }, { status: 503 }, "Inconclusive", /\(503\)/],
    [{ status: 404 }, MANIFEST, "Works", /gave the manifest/],
    [{ status: 404 }, ASK, "WrongCredentials", /refuses the credential \(401\)/],
    [ASK, MANIFEST, "WrongCredentials", /refuses the credential \(401\)/],
    [{ status: 429 }, MANIFEST, "Inconclusive", /\(429\)/],
    [{ status: 503 }, MANIFEST, "Inconclusive", /\(503\)/],
  ] as const;
  for (const [door, image, verdict, detail] of rows) {
    const server = await registryServer(t, registry(door, image), certificate);
    const what = `${door.status}, then ${JSON.stringify(image)}`;
    t.match(await openClient(t).pull(imageAt(server.host), robot), { verdict, detail }, what);
  }
});

t.test("without an image, 403 is a refusal, which may be of the address", async (t) => {
  const server = await registryServer(t, registry({ status: 403 }, MANIFEST), certificate);
  const detail = `${server.host} refuses the credential (403): it is wrong, has expired, or is not let in from this address`;
  t.same(await openClient(t).login(server.host, robot), { verdict: "WrongCredentials", detail });
});

t.test("what an image has shown to be wrong is sent for no other one", async (t) => {
  const server = await registryServer(t, registry({ status: 403 }, ASK), certificate);
  const client = openClient(t);
  const refused = `${server.host} refuses the credential (401)`;
  const told = { verdict: "WrongCredentials", detail: refused };
  const detail = `not tried for this image, so that no account is locked: for another one, ${refused}`;
  const outcomes = [];
  for (const name of ["a", "b", "c", "a:2"])
    outcomes.push(await client.pull(imageAt(server.host, name), robot));
  const untold = { verdict: "Inconclusive", detail };
  t.same(outcomes, [told, untold, untold, told]);
  t.same(sentTo(server), ["/v2/", "/v2/a/manifests/latest"]);
});

t.test("a door that is open to anybody admits no credential: an image decides", async (t) => {
  const server = await registryServer(
    t,
    ({ path }) => (path === "/v2/" ? { status: 200 } : ASK),
    certificate,
  );
  const client = openClient(t);
  const verdicts = [];
  for (const name of ["a", "b", "c", "d", "e"])
    verdicts.push((await client.pull(imageAt(server.host, name), robot)).verdict);
  t.same(verdicts, ["WrongCredentials", ...Array(4).fill("Inconclusive")]);
  t.same(sentTo(server), ["/v2/a/manifests/latest"], "the password is sent once");
});

/** A registry with a door as a test says, which lets its robot pull what is of team-b. */
const passwordsByPath =
  (door: RegistryReply) =>
  ({ path, authorization }: Asked): RegistryReply => {
    if (path === "/v2/") return door;
    return authorization === RIGHT && path.startsWith("/v2/team-b/") ? MANIFEST : ASK;
  };

t.test("what one image refuses condemns no credential that another one accepts", async (t) => {
  for (const door of [{ status: 200 }, { status: 404 }]) {
    const server = await registryServer(t, passwordsByPath(door), certificate);
    const client = openClient(t);
    const detail =
      "the credential is let in for another image, and refused for this one (401): grant pull, or there is no such repository";
    const rows = [
      ["team-b/app", { verdict: "Works" }],
      ["team-a/app", { verdict: "NoPullRight", detail }],
      ["team-b/other", { verdict: "Works" }],
      ["team-a/other", { verdict: "NoPullRight", detail }],
    ] as const;
    for (const [name, outcome] of rows)
      t.match(await client.pull(imageAt(server.host, name), robot), outcome, name);

    const before = sentTo(server).length;
    t.match(await client.pull(imageAt(server.host, "team-a/app:2"), robot), { verdict: "NoPullRight" });
    t.equal(sentTo(server).length, before, "what is refused is not sent again");

    const other = openClient(t);
    t.match(await other.pull(imageAt(server.host, "team-a/app"), robot), { verdict: "WrongCredentials" });
    t.match(await other.pull(imageAt(server.host, "team-b/app"), robot), { verdict: "Inconclusive" });
  }
});

t.test("a busy registry is no proof of a password", async (t) => {
  let left = 1;
  const server = await registryServer(
    t,
    ({ path, authorization }) => {
      if (path === "/v2/") return { status: 200 };
      return authorization !== undefined && left-- > 0 ? { status: 503 } : ASK;
    },
    certificate,
  );
  const client = openClient(t);
  const verdicts = [];
  for (const name of ["a", "b", "c"])
    verdicts.push((await client.pull(imageAt(server.host, name), robot)).verdict);
  t.same(verdicts, ["Inconclusive", "WrongCredentials", "Inconclusive"]);
  t.equal(sentTo(server).length, 2);
});

/** Where a password was sent. */
function sentTo({ asked }: RegistryServer): readonly string[] {
  return asked.filter(({ authorization }) => authorization !== undefined).map(({ path }) => path);
}
