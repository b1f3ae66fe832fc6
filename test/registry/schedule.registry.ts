// The standalone server tries its credentials on a schedule, at a real registry with TLS by a CA of its own.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { makeSelfSigned } from "../../src/adapters/tls/self-signed.ts";
import { type Server, startServer } from "../builders/cli.ts";
import { eventually } from "../builders/eventually.ts";
import { verifyFolder } from "../builders/verify-folder.ts";
import { startRegistry } from "../node/lib/registry.ts";

const USER = "robot";
const [RIGHT, OTHER, THIRD] = ["right-password", "other-password", "third-password"];

/** The samples of pullcred's verification, as Prometheus would read them, without the times. */
async function samples(server: Server): Promise<readonly string[]> {
  const text = await (await fetch(`${server.metricsUrl}/metrics`)).text();
  return text.split("\n").filter((line) => /^pullcred_verification(s_total)?\{/.test(line));
}

/** Resolves when the server has counted so many of a verdict. */
async function counted(server: Server, verdict: string, count: number): Promise<void> {
  const line = `pullcred_verifications_total{registry="harbor",verdict="${verdict}"} ${count}`;
  await eventually(line, async () => (await samples(server)).includes(line) || undefined);
}

async function known(server: Server): Promise<readonly string[]> {
  return (await samples(server)).filter((line) => line.startsWith("pullcred_verification{"));
}

const isKnown = (verdict: string): readonly string[] => [
  `pullcred_verification{registry="harbor",verdict="${verdict}"} 1`,
];

/** Resolves when people have been told these reasons, and no others. What is logged arrives later than what is counted. */
async function told(server: Server, reasons: readonly string[]): Promise<void> {
  await eventually(`notices ${reasons}`, () => {
    const found = [...server.stderr().matchAll(/"reason":"(WrongCredentials|CredentialWorks)"/g)];
    return found.map(([, reason]) => reason).join() === reasons.join() || undefined;
  });
}

async function logged(server: Server, text: string): Promise<void> {
  await eventually(text, () => server.stderr().includes(text) || undefined);
}

t.test(
  "a password that the registry no longer takes is told, and that it takes it again as well",
  async (t) => {
    const registry = await startRegistry();
    t.teardown(() => registry.stop());
    const mappings = [{ name: "harbor", matchImages: [registry.host] }];
    const folder = verifyFolder(t, mappings, registry.ca);
    const login = (password: string, ...more: readonly string[]): void =>
      folder.login("harbor", {
        [registry.host]: `${USER}:${password}`,
        // Another key makes it another credential, which is tried at once.
        ...Object.fromEntries(more.map((server) => [server, `${USER}:${password}`])),
      });
    registry.setPassword(USER, RIGHT);
    login(RIGHT);
    const server = await startServer(t, [
      ...["--config", folder.config, "--data-dir", join(folder.path, "data")],
      ...["--verify-every", "1m", "--verify-ca-file", join(folder.path, "ca.crt")],
    ]);
    await counted(server, "Works", 1);
    t.same(await known(server), isKnown("Works"));

    registry.setPassword(USER, OTHER);
    await counted(server, "WrongCredentials", 1); // by the next round, in a minute
    t.same(await known(server), isKnown("WrongCredentials"));
    await told(server, ["WrongCredentials"]);

    login(OTHER);
    await counted(server, "Works", 2);
    t.same(await known(server), isKnown("Works"));
    await told(server, ["WrongCredentials", "CredentialWorks"]);

    registry.setPassword(USER, RIGHT);
    login(OTHER, "a.example.com");
    await counted(server, "WrongCredentials", 2);
    // The same again would not be sent for a quarter of an hour.
    registry.setPassword(USER, THIRD);
    login(THIRD);
    await counted(server, "Works", 3);
    const alarms = ["WrongCredentials", "CredentialWorks", "WrongCredentials", "CredentialWorks"];
    await told(server, alarms);

    // A registry that is away, and one whose CA is not the one on disk.
    const other = await makeSelfSigned(["127.0.0.1"], Date.now(), 60_000);
    const ca = readFileSync(join(folder.path, "ca.crt"), "utf8");
    writeFileSync(join(folder.path, "ca.crt"), other.ca);
    login(THIRD, "b.example.com");
    await counted(server, "Inconclusive", 1);
    await logged(server, "its certificate is not trusted");
    t.same(await known(server), isKnown("Inconclusive"), "nothing is known of the new credential");
    writeFileSync(join(folder.path, "ca.crt"), ca);
    login(THIRD);
    await counted(server, "Works", 4);
    await registry.stop();
    login(THIRD, "c.example.com");
    await counted(server, "Inconclusive", 2);
    t.same(await known(server), isKnown("Inconclusive"));
    await told(server, alarms); // neither is an alarm

    t.equal(await server.stop(), 0);
    for (const password of [RIGHT, OTHER, THIRD]) {
      t.notMatch(server.stderr(), password);
      t.notMatch(server.stderr(), Buffer.from(`${USER}:${password}`).toString("base64"));
    }
  },
);
