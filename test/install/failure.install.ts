import t from "tap";
import { eventually } from "../builders/eventually.ts";
import { startBrokenWebhook } from "./lib/broken-webhook.ts";
import { RELEASE, startSite, WEBHOOKS } from "./lib/installed.ts";

const site = await startSite(t);
const { admin, helm, worker, settle, makeNamespace, makePod, secretsOf } = site;
const IMAGE = "harbor.example.com/app:1";
const DEPLOYMENT = `/apis/apps/v1/namespaces/${RELEASE}/deployments/${RELEASE}`;
const HARBOR = {
  name: "harbor",
  matchImages: ["harbor.example.com"],
  secretName: "harbor-pull",
  credentials: { inline: { username: "robot", password: "harbor-1" } },
};

function valuesWith(failurePolicy: "Ignore" | "Fail"): object {
  return { registries: [HARBOR], webhook: { failurePolicy } };
}

await makeNamespace("team-a");
const { code, stderr } = await helm.install(valuesWith("Ignore"));
t.equal(code, 0, stderr);

/** Creates Pods, some at a time, and tells of each whether it was admitted and with what. */
async function createPods(
  prefix: string,
  count: number,
  meanwhile: (index: number) => void,
): Promise<string[]> {
  const outcomes: string[] = [];
  let next = 0;
  async function work(): Promise<void> {
    while (next < count) {
      const index = next++;
      meanwhile(index);
      const pod = await makePod("team-a", `${prefix}-${index}`, IMAGE);
      outcomes.push(pod.status === 201 ? secretsOf(pod).join() : `refused: ${pod.body.message}`);
    }
  }
  await Promise.all(Array.from({ length: 16 }, work));
  return outcomes.filter((outcome) => outcome !== "harbor-pull");
}

t.test(
  "one of two replicas ends during 500 creations: no Pod is refused, none is without its secret",
  async (t) => {
    for (const policy of ["Ignore", "Fail"] as const) {
      await helm.upgrade(valuesWith(policy));
      const [victim = ""] = await settle();
      let ending: Promise<unknown> = Promise.resolve();
      const wrong = await createPods(`ending-${policy.toLowerCase()}`, 500, (index) => {
        if (index === 100) ending = admin.delete(`/api/v1/namespaces/${RELEASE}/pods/${victim}`);
      });
      await ending;
      t.same(wrong, [], policy);
      t.notOk((await settle()).includes(victim), "it is gone");
    }
  },
);

t.test(
  "one is killed without a warning: with Fail, controllers bring every Pod with its secret",
  async (t) => {
    const [victim = ""] = await settle();
    await admin.create("/apis/apps/v1/namespaces/team-a/deployments", {
      metadata: { name: "many" },
      spec: {
        replicas: 100,
        selector: { matchLabels: { name: "many" } },
        template: {
          metadata: { labels: { name: "many" } },
          spec: { containers: [{ name: "app", image: IMAGE }] },
        },
      },
    });
    worker.kill(victim);
    const pods = await eventually("there are 100 Pods", async () => {
      const { body } = await admin.get("/api/v1/namespaces/team-a/pods?labelSelector=name=many");
      return body.items.length === 100 ? body.items : undefined;
    });
    const without = pods.filter(
      (body: object) => secretsOf({ status: 200, body, warnings: [] })[0] !== "harbor-pull",
    );
    t.same(without, []);
  },
);

t.test("what Kubernetes does where no replica answers well", async (t) => {
  const broken = await startBrokenWebhook();
  t.teardown(() => broken.stop());
  const setClient = async (clientConfig: object): Promise<void> => {
    const { status } = await admin.send(
      "PATCH",
      `${WEBHOOKS}/${RELEASE}`,
      [{ op: "replace", path: "/webhooks/0/clientConfig", value: clientConfig }],
      "application/json-patch+json",
    );
    t.equal(status, 200);
  };
  // Whoever leads would put the caBundle back.
  await admin.merge(DEPLOYMENT, { spec: { replicas: 0 } });
  await eventually("no replica runs", () => worker.running().length === 0 || undefined);
  const { body: present } = await admin.get(`${WEBHOOKS}/${RELEASE}`);
  const rows = [
    ["no replica runs", present.webhooks[0].clientConfig, /failed calling webhook/],
    ["HTTP 500", broken.clientConfig, /failed calling webhook.*500|an error on the server/],
    ["a certificate of another CA", { ...broken.clientConfig, caBundle: broken.otherCa }, /certificate/],
  ] as const;
  for (const [index, [name, clientConfig, message]] of rows.entries()) {
    await setClient(clientConfig);
    for (const policy of ["Ignore", "Fail"] as const) {
      await admin.send(
        "PATCH",
        `${WEBHOOKS}/${RELEASE}`,
        [{ op: "replace", path: "/webhooks/0/failurePolicy", value: policy }],
        "application/json-patch+json",
      );
      // The API server learns of the change by its own watch.
      const pod = await eventually(`${name} with ${policy}`, async () => {
        const answer = await makePod("team-a", `down-${index}-${policy.toLowerCase()}`, IMAGE, {
          query: "?dryRun=All",
        });
        const isIgnored = answer.status === 201 && secretsOf(answer).length === 0;
        return isIgnored === (policy === "Ignore") ? answer : undefined;
      });
      if (policy === "Fail") t.match(pod.body.message, message, `${name}: the Pod is refused`);
      else t.equal(pod.status, 201, `${name}: the Pod starts without`);
    }
  }
});
