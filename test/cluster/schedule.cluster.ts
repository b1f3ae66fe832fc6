// The leader tries credentials on a schedule, beside a real API server.
import t from "tap";
import { eventually } from "../builders/eventually.ts";
import { type RegistryReply, registryServer } from "../builders/registry-server.ts";
import { startCluster } from "./lib/cluster.ts";
import type { Replica } from "./lib/replica.ts";
import { grantMapping, grantOrigin } from "./lib/rights.ts";

const EVENTS = "/apis/events.k8s.io/v1/namespaces/pullcred/events";
const CHALLENGE = { status: 401, headers: { "www-authenticate": 'Basic realm="test"' } };
const FLAGS = ["--verify-every", "1h"];

let accepted = "right";
let isHanging = false;
const registry = await registryServer(t, ({ authorization }): RegistryReply => {
  if (isHanging) return "hang";
  const right = `Basic ${Buffer.from(`robot:${accepted}`).toString("base64")}`;
  if (authorization === right) return { status: 200 };
  return CHALLENGE;
});
const cluster = await startCluster(t);
const HARBOR = { name: "harbor", matchImages: [registry.host], secretName: "harbor-pull" };

/** What a replica tells of the credential; undefined where it tells nothing. */
async function verdictOf(replica: Replica, mapping = "harbor"): Promise<string | undefined> {
  const pattern = new RegExp(`^pullcred_verification\\{registry="${mapping}",verdict="(\\w+)"\\} 1$`, "m");
  return pattern.exec(await replica.metrics())?.[1];
}

async function becomes(replica: Replica, verdict: string, mapping = "harbor"): Promise<void> {
  await eventually(verdict, async () => (await verdictOf(replica, mapping)) === verdict || undefined);
}

/** The Event of this reason on the origin. */
async function event(reason: string): Promise<{ readonly type: string; readonly note: string }> {
  return eventually(`Event ${reason}`, async () => {
    const { items } = (await cluster.admin.get(EVENTS)).body;
    return items.find(
      (item: { reason: string; regarding: { name: string } }) =>
        item.reason === reason && item.regarding.name === "harbor-creds",
    );
  });
}

t.test("the leader alone tries them, tells the origin's owner, and its successor goes on", async (t) => {
  cluster.configure([HARBOR]);
  await cluster.setPassword("right");
  const leader = await cluster.start(undefined, FLAGS);
  await becomes(leader, "Works");
  const follower = await cluster.start(undefined, FLAGS);

  await cluster.setPassword("wrong");
  await becomes(leader, "WrongCredentials");
  t.match(await event("WrongCredentials"), {
    type: "Warning",
    note: `The credential of ${registry.host} is wrong: ${registry.host} refuses the credential (401).`,
  });
  accepted = "new";
  await cluster.setPassword("new");
  await becomes(leader, "Works");
  t.match(await event("CredentialWorks"), { type: "Normal", note: /^The credential works again: / });

  cluster.configure([{ ...HARBOR, name: "renamed", credentials: { secretRef: { name: "harbor-creds" } } }]);
  await eventually("the former name has no series", async () => {
    return (await verdictOf(leader)) === undefined || undefined;
  });
  await eventually("the new name has one", async () => (await verdictOf(leader, "renamed")) ?? undefined);
  cluster.configure([HARBOR]);
  await becomes(leader, "Works");

  t.equal(await verdictOf(follower), undefined, "a follower tells nothing");
  t.notMatch(await follower.metrics(), /^pullcred_verifications_total\{.*\} [1-9]/m);

  const before = registry.asked.length;
  isHanging = true;
  await cluster.setPassword("newer");
  await eventually("the registry is asked", () => registry.asked.length > before || undefined);
  t.equal(await leader.stop(), 0, "a registry that hangs does not keep the leader from ending");
  isHanging = false;
  await becomes(follower, "WrongCredentials");
  t.equal(await follower.stop(), 0);
});

t.test(
  "mappings that share a robot send its wrong password once, and are asked anew elsewhere",
  async (t) => {
    const other = await registryServer(t, ({ authorization }) =>
      authorization === undefined ? CHALLENGE : { status: 200 },
    );
    const names = ["one", "two", "three", "four", "five", "six"];
    const configure = (host: string): void =>
      cluster.configure(
        names.map((name) => ({
          name,
          matchImages: [`${host}/${name}/`],
          secretName: `${name}-pull`,
          credentials: { secretRef: { name: "robot-creds" } },
        })),
      );
    for (const name of names) await grantMapping(cluster.admin, `${name}-pull`);
    await grantOrigin(cluster.admin, "robot-creds");
    const login = { username: "robot", password: "stale" };
    await cluster.admin.create("/api/v1/namespaces/pullcred/secrets", {
      metadata: { name: "robot-creds" },
      type: "kubernetes.io/dockerconfigjson",
      stringData: {
        ".dockerconfigjson": JSON.stringify({ auths: { [registry.host]: login, [other.host]: login } }),
      },
    });
    configure(registry.host);
    const before = registry.asked.length;
    const leader = await cluster.start(undefined, FLAGS);
    for (const name of names) await becomes(leader, "WrongCredentials", name);
    const logins = registry.asked.slice(before).filter(({ authorization }) => authorization !== undefined);
    t.equal(logins.length, 1);

    configure(other.host); // the Secret is as it was
    for (const name of names) await becomes(leader, "Works", name);
    t.equal(await leader.stop(), 0);
  },
);
