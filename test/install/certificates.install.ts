import t from "tap";
import { parseAllDocuments } from "yaml";
import { makeAuthority, signServing } from "../../src/adapters/tls/authority.ts";
import { eventually } from "../builders/eventually.ts";
import { RELEASE, startSite, WEBHOOKS } from "./lib/installed.ts";

const site = await startSite(t);
const { admin, helm, metrics, makeNamespace, makePod, secretsOf } = site;
const IMAGE = "harbor.example.com/app:1";
const SECRETS = `/api/v1/namespaces/${RELEASE}/secrets`;
const HOUR = 60 * 60 * 1_000;
const VALUES = {
  registries: [
    {
      name: "harbor",
      matchImages: ["harbor.example.com"],
      secretName: "harbor-pull",
      credentials: { inline: { username: "robot", password: "harbor-1" } },
    },
  ],
  webhook: { failurePolicy: "Fail" },
};

await makeNamespace("team-a");
const { code, stderr } = await helm.install(VALUES);
t.equal(code, 0, stderr);

// biome-ignore lint/suspicious/noExplicitAny: an object of the Kubernetes API, as it comes
async function readWebhook(): Promise<any> {
  return (await admin.get(`${WEBHOOKS}/${RELEASE}`)).body;
}

async function readCertificate(): Promise<string> {
  const { body } = await admin.get(`${SECRETS}/${RELEASE}-certificate`);
  return Buffer.from(body.data?.["tls.crt"] ?? "", "base64").toString();
}

/** Creates a Pod after the other while something happens; none may be refused or without its secret. */
async function createPodsDuring(prefix: string, happen: () => Promise<void>): Promise<readonly string[]> {
  const wrong: string[] = [];
  let isOver = false;
  const creating = (async () => {
    for (let index = 0; !isOver; index += 1) {
      const pod = await makePod("team-a", `${prefix}-${index}`, IMAGE);
      if (secretsOf(pod).join() !== "harbor-pull") wrong.push(`${pod.status} ${pod.body.message ?? ""}`);
    }
  })();
  await happen();
  isOver = true;
  await creating;
  return wrong;
}

t.test("pullcred owns nothing of its registration but the caBundle", async (t) => {
  const { metadata } = await readWebhook();
  const own = metadata.managedFields.filter(({ manager }: { manager: string }) => manager === "pullcred");
  t.same(
    own.map(({ operation, fieldsV1 }: { operation: string; fieldsV1: object }) => [operation, fieldsV1]),
    [
      [
        "Apply",
        {
          "f:webhooks": {
            'k:{"name":"pods.pullcred.dev"}': {
              ".": {},
              "f:name": {},
              "f:clientConfig": { "f:caBundle": {} },
            },
          },
        },
      ],
    ],
  );
});

t.test("a GitOps tool that applies the chart again and again has nothing to fight over", async (t) => {
  const { metadata: before, webhooks } = await readWebhook();
  const rendered = parseAllDocuments(await helm.template(VALUES)).map((document) => document.toJS());
  const registration = rendered.find((object) => object?.kind === "MutatingWebhookConfiguration");
  for (let round = 0; round < 3; round += 1) {
    const query = `fieldManager=argocd-controller${round === 0 ? "&force=true" : ""}`;
    const { status } = await admin.send(
      "PATCH",
      `${WEBHOOKS}/${RELEASE}?${query}`,
      registration,
      "application/apply-patch+yaml",
    );
    t.equal(status, 200);
  }
  const { metadata: after, webhooks: kept } = await readWebhook();
  t.equal(after.generation, before.generation, "nothing has changed");
  t.same(kept, webhooks);
  const upgraded = await helm.upgrade(VALUES, "--force-conflicts");
  t.equal(upgraded.code, 0, upgraded.stderr);
  t.same((await readWebhook()).webhooks, webhooks, "nor by helm");
});

t.test("a caBundle that somebody resets comes back", async (t) => {
  const { caBundle } = (await readWebhook()).webhooks[0].clientConfig;
  await admin.send(
    "PATCH",
    `${WEBHOOKS}/${RELEASE}`,
    [{ op: "remove", path: "/webhooks/0/clientConfig/caBundle" }],
    "application/json-patch+json",
  );
  await eventually("it is back", async () => {
    return (await readWebhook()).webhooks[0].clientConfig.caBundle === caBundle || undefined;
  });
  const pod = await eventually("Pods are admitted again", async () => {
    const answer = await makePod("team-a", `reset-${Date.now()}`, IMAGE);
    return answer.status === 201 ? answer : undefined;
  });
  t.same(secretsOf(pod), ["harbor-pull"]);
});

t.test("the certificate is renewed ahead of its end, and no Pod notices", async (t) => {
  const { body } = await admin.get(`${SECRETS}/${RELEASE}-certificate`);
  const decode = (key: string): string => Buffer.from(body.data[key], "base64").toString();
  const authority = { certificate: decode("ca.crt"), key: decode("ca.key") };
  const hosts = [`${RELEASE}.${RELEASE}.svc`, "localhost"];
  // One that has hardly any time left.
  const aged = await signServing(authority, hosts, {
    now: Date.now() - 80 * 24 * HOUR,
    lifetimeMs: 81 * 24 * HOUR,
  });
  const wrong = await createPodsDuring("renewed", async () => {
    await admin.merge(`${SECRETS}/${RELEASE}-certificate`, {
      stringData: { "tls.crt": aged.certificate, "tls.key": aged.key },
    });
    await eventually("it is renewed", async () => {
      const now = await readCertificate();
      return (now !== aged.certificate && now !== "") || undefined;
    });
    await eventually("every replica serves with it", async () => {
      const ends = (await metrics()).map((text) => {
        const [, seconds] = /^pullcred_certificate_expiry_timestamp_seconds (\S+)/m.exec(text) ?? [];
        return Number(seconds) * 1_000;
      });
      return ends.every((end) => end > Date.now() + 80 * 24 * HOUR) || undefined;
    });
  });
  t.same(wrong, []);
});

t.test(
  "a Secret of certificates that is deleted comes back, and then Pods are admitted as before",
  async (t) => {
    await admin.delete(`${SECRETS}/${RELEASE}-certificate`);
    await eventually("it is back", async () => (await readCertificate()) !== "" || undefined);
    const pod = await eventually("Pods are admitted again", async () => {
      const answer = await makePod("team-a", `deleted-${Date.now()}`, IMAGE);
      return answer.status === 201 ? answer : undefined;
    });
    t.same(secretsOf(pod), ["harbor-pull"]);
  },
);

t.test("files from a Secret are taken as they change, and a bad pair leaves the last good one", async (t) => {
  const authority = await makeAuthority({ now: Date.now(), lifetimeMs: 24 * HOUR });
  const sign = () =>
    signServing(authority, [`${RELEASE}.${RELEASE}.svc`], { now: Date.now(), lifetimeMs: HOUR });
  const [first, second] = [await sign(), await sign()];
  const toData = ({ certificate, key }: { certificate: string; key: string }): object => ({
    "tls.crt": certificate,
    "tls.key": key,
  });
  await admin.create(SECRETS, {
    metadata: { name: "my-tls" },
    type: "kubernetes.io/tls",
    stringData: toData(first),
  });
  const files = { secretName: "my-tls", caBundle: authority.certificate };
  const { code, stderr } = await helm.upgrade(
    { ...VALUES, certificates: { mode: "files", files } },
    "--force-conflicts",
  );
  t.equal(code, 0, stderr);
  await eventually("Pods are admitted", async () => {
    return (await makePod("team-a", `files-${Date.now()}`, IMAGE)).status === 201 || undefined;
  });
  const becomes = (what: string, pattern: RegExp): Promise<true> =>
    eventually(what, async () => {
      const texts = await metrics();
      return texts.every((text) => pattern.test(text)) || undefined;
    });
  const wrong = await createPodsDuring("files", async () => {
    await admin.merge(`${SECRETS}/my-tls`, { stringData: toData(second) });
    await becomes("the new pair is taken", /reloads_total\{result="accepted"\} [1-9]/);
    await admin.merge(`${SECRETS}/my-tls`, { stringData: { "tls.key": first.key } });
    await becomes("the bad pair is refused", /^pullcred_certificate_valid 0$/m);
    await admin.merge(`${SECRETS}/my-tls`, { stringData: toData(first) });
    await becomes("a good pair is taken again", /^pullcred_certificate_valid 1$/m);
  });
  t.same(wrong, []);
});

t.test("from files pullcred goes back to its own certificate by itself", async (t) => {
  const { code, stderr } = await helm.upgrade(VALUES, "--force-conflicts");
  t.equal(code, 0, stderr);
  const pod = await makePod("team-a", "back", IMAGE);
  t.same(secretsOf(pod), ["harbor-pull"], pod.body.message);
});
