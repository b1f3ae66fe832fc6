import t from "tap";
import { ASK, certificate, imageAt, openClient, RIGHT, robot } from "../../builders/registry-client.ts";
import { type Asked, MANIFEST, type RegistryReply, registryServer } from "../../builders/registry-server.ts";

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
  for (const name of ["a", "b", "c"]) {
    t.match(await client.pull(imageAt(server.host, name), robot), { verdict: "WrongCredentials" });
  }
  const sent = server.asked.filter(({ authorization }) => authorization !== undefined);
  t.same(
    sent.map(({ path }) => path),
    ["/v2/", "/v2/a/manifests/latest"],
  );
});
