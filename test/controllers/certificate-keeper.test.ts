import { X509Certificate } from "node:crypto";
import t, { type Test } from "tap";
import { createMemorySecretStore } from "../../src/adapters/standalone/memory-secret-store.ts";
import { certificateIssuer } from "../../src/adapters/tls/certificate-issuer.ts";
import { joinBundle, readCertificateSecret } from "../../src/adapters/tls/certificate-secret.ts";
import type { KeyPair } from "../../src/adapters/tls/key-pair.ts";
import { followSecretCertificate } from "../../src/adapters/tls/secret-certificate.ts";
import { startCertificateKeeper } from "../../src/controllers/certificate-keeper.ts";
import type { CertificateState } from "../../src/core/pki/certificate-state.ts";
import { eventually } from "../builders/eventually.ts";
import { fakeBundle } from "../builders/fake-bundle.ts";
import { fakeClock } from "../builders/fake-clock.ts";
import { logRecorder } from "../builders/log-recorder.ts";

const DAY = 24 * 60 * 60 * 1_000;
const PLACE = { namespace: "pullcred", name: "pullcred-certificate" };
const HOSTS = ["pullcred.pullcred.svc"];

/** A leader's keeper and a replica that follows, over one store. */
function start(t: Test, isLeading = () => true, secrets = createMemorySecretStore()) {
  const bundle = fakeBundle();
  const clock = fakeClock();
  clock.advance(Date.parse("2030-01-01T00:00:00Z"));
  const { log, lines } = logRecorder();
  const served: KeyPair[] = [];
  let unusable = 0;
  const follower = followSecretCertificate({
    secrets,
    bundle,
    ...PLACE,
    onPair: (pair) => served.push(pair),
    onUnusable: () => {
      unusable += 1;
    },
  });
  const keeper = startCertificateKeeper({
    secrets,
    bundle,
    issuer: certificateIssuer,
    ...PLACE,
    hosts: HOSTS,
    owner: async () => undefined,
    mayAct: isLeading,
    clock,
    random: () => 0.5,
    log,
  });
  t.teardown(async () => {
    follower.stop();
    await keeper.stop();
  });
  const state = (): CertificateState | undefined => {
    const secret = secrets.peek(PLACE.namespace, PLACE.name);
    return secret && readCertificateSecret(secret);
  };
  return { secrets, bundle, clock, lines, served, follower, state, unusable: () => unusable };
}

/** Whether a client that trusts the bundle would accept the certificate now. */
function isTrusted(bundle: string | null | undefined, pair: KeyPair | undefined, now: number): boolean {
  const leaf = new X509Certificate(pair?.certificate ?? "");
  const found = (bundle ?? "").match(/-----BEGIN[^-]*-----[^-]*-----END[^-]*-----/g) ?? [];
  const authorities = found.map((text) => new X509Certificate(text));
  const isNow = ({ validFrom, validTo }: X509Certificate): boolean =>
    Date.parse(validFrom) <= now && now < Date.parse(validTo);
  const [host = ""] = HOSTS;
  return (
    isNow(leaf) &&
    leaf.checkHost(host) === host &&
    authorities.some((authority) => isNow(authority) && leaf.verify(authority.publicKey))
  );
}

t.test("the first leader makes a pair and has it trusted; then replicas are ready", async (t) => {
  const { bundle, clock, served, follower, state, lines } = start(t);
  await follower.ready;
  t.equal(served.length, 1);
  t.ok(isTrusted(bundle.current(), served[0], clock.now()));
  t.equal(bundle.current(), joinBundle(state()?.authorities ?? []));
  const said = JSON.stringify(lines);
  t.notMatch(said, /PRIVATE KEY/);
});

t.test(
  "over five years whatever is served is trusted at every moment, also by who has not heard yet",
  async (t) => {
    const { bundle, clock, served, follower, state } = start(t);
    await follower.ready;
    const authorities = new Set<string>();
    const untrusted: number[] = [];
    for (let day = 0; day < 5 * 365; day += 1) {
      const [bundleBefore, servedBefore] = [bundle.current(), served.at(-1)];
      clock.advance(DAY);
      await eventually("it was renewed in time", () => {
        const { notAfter = 0 } = state()?.serving ?? {};
        return notAfter - clock.now() > 25 * DAY || undefined;
      });
      await new Promise(setImmediate);
      // A replica that serves yesterday's certificate, and an API server that knows yesterday's bundle.
      if (!isTrusted(bundle.current(), servedBefore, clock.now())) untrusted.push(day);
      if (!isTrusted(bundleBefore, served.at(-1), clock.now())) untrusted.push(day);
      authorities.add(state()?.authorities[0]?.certificate ?? "");
    }
    t.same(untrusted, []);
    t.ok(authorities.size >= 3, "the authority was renewed, too");
    t.ok((state()?.authorities.length ?? 9) <= 3, "those that ended were dropped");
  },
);

t.test("what is reset, deleted or spoiled is put right", async (t) => {
  const { secrets, bundle, clock, served, follower, state, unusable } = start(t);
  await follower.ready;
  const good = bundle.current();
  bundle.set("somebody's own");
  await eventually("the caBundle is back", () => bundle.current() === good || undefined);

  const before = secrets.peek(PLACE.namespace, PLACE.name);
  if (before === undefined) throw new Error("there is no Secret");
  await secrets.delete(before);
  await eventually("the Secret is back", () => state()?.serving ?? undefined);
  await eventually(
    "it is trusted",
    () => isTrusted(bundle.current(), served.at(-1), clock.now()) || undefined,
  );
  t.equal(served.length, 2);

  const present = secrets.peek(PLACE.namespace, PLACE.name);
  if (present === undefined) throw new Error("there is no Secret");
  const data = { ...present.data, "tls.key": Buffer.from("no key").toString("base64") };
  await secrets.apply({ ...present, data }, present);
  await eventually("it can be served with again", () => state()?.serving ?? undefined);
  await eventually("a replica has it", () => served.length === 3 || undefined);
  t.equal(unusable(), 1, "and never served with what was spoiled");
  t.ok(isTrusted(bundle.current(), served.at(-1), clock.now()));
});

t.test("a bundle is told only to a webhook configuration that is there", async (t) => {
  const { bundle, follower, state } = start(t);
  bundle.set(null);
  await eventually("the certificate is made", () => state()?.serving ?? undefined);
  t.same(bundle.published, []);
  bundle.set("");
  await follower.ready;
  t.equal(bundle.published.length, 1);
});

t.test("a Secret of other hand is left as it is, and told", async (t) => {
  const secrets = createMemorySecretStore();
  const foreign = { apiVersion: "v1", kind: "Secret", metadata: PLACE, data: { "tls.crt": "eA==" } } as const;
  await secrets.apply(foreign, undefined);
  const { lines } = start(t, () => true, secrets);
  await eventually("it is told", () => lines.find(({ level }) => level === 50));
  t.match(lines, [{ msg: /the certificate's name is taken: delete that Secret/, secret: PLACE.name }]);
  t.same(secrets.peek(PLACE.namespace, PLACE.name)?.data, foreign.data);
});

t.test("who does not lead any more writes nothing", async (t) => {
  const { bundle, clock, lines, state } = start(t, () => false);
  await eventually("it has tried", () => clock.pending > 0 || undefined);
  t.equal(state(), undefined);
  t.same(bundle.published, []);
  t.same(lines, []);
});
