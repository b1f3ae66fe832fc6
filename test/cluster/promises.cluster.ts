import t from "tap";
import { eventually } from "../builders/eventually.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";
import { IMAGE, startCluster } from "./lib/cluster.ts";
import { registerWebhook } from "./lib/replica.ts";
import { PULLCRED_USER } from "./lib/rights.ts";

const LIST = "/api/v1/namespaces/pullcred/configmaps/pullcred-unfinished";
const ADMISSION = "/apis/admissionregistration.k8s.io/v1";
const POD = pod({ images: [IMAGE] });
const MANY = Array.from({ length: 300 }, (_, index) => `waiting-${index}`);

const cluster = await startCluster(t);
const { admin, plane } = cluster;

async function noted(): Promise<readonly string[]> {
  return Object.keys((await admin.get(LIST)).body.data ?? {});
}

/** How often the list was written. */
function countNotes(): number {
  const events = plane.audit(PULLCRED_USER);
  return events.filter(({ verb, requestURI }) => verb === "patch" && requestURI.includes("configmaps"))
    .length;
}

t.test("what was promised just before a stop is noted, the very first promise, too", async (t) => {
  for (const [index, name] of ["first", "second"].entries()) {
    const replica = await cluster.start();
    await cluster.makeNamespace(name);
    const { response } = await replica.review(review(POD, { namespace: name }));
    t.match(response.warnings, [/no credential yet/]);
    t.equal(await replica.stop(), 0);
    t.equal((await noted()).length, index + 1, name);
    t.ok((await noted()).includes(`${name}.harbor-pull`), name);
  }
});

t.test(
  "whoever leads next keeps hundreds of promises, and the list is written a few times only",
  async (t) => {
    const replica = await cluster.start();
    for (const name of MANY) await admin.create("/api/v1/namespaces", { metadata: { name } });
    for (const name of MANY) await replica.review(review(POD, { namespace: name }));
    await eventually("all are noted", async () => (await noted()).length === MANY.length + 2 || undefined);
    await replica.stop("SIGKILL");
    const before = countNotes();

    const next = await cluster.start();
    await registerWebhook(plane, next);
    await cluster.setPassword("kept");
    await cluster.passwordArrives("kept", ["first", "second", ...MANY]);
    await eventually("the list is empty", async () => (await noted()).length === 0 || undefined);
    const notes = countNotes() - before;
    t.comment(`the list was written ${notes} times`);
    t.ok(notes < MANY.length / 3, "not once for each");
    const current = /^pullcred_copies_total\{.*CopyCurrent.*\} (\d+)$/m.exec(await next.metrics());
    t.comment(`copies that were looked at and were current: ${current?.[1] ?? 0}`);
    t.ok(Number(current?.[1] ?? 0) < 5 * MANY.length, "what is finished does not come back again and again");
  },
);

t.test("a policy that quotes the credential in its refusal does not bring it into the log", async (t) => {
  const replica = await cluster.start();
  const secrets = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["secrets"] };
  await admin.create(`${ADMISSION}/validatingadmissionpolicies`, {
    metadata: { name: "telltale" },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: { resourceRules: [secrets] },
      validations: [
        {
          expression: "object.metadata.name != 'harbor-pull'",
          reason: "Forbidden",
          messageExpression: "'not allowed: ' + string(object.data['.dockerconfigjson'])",
        },
      ],
    },
  });
  await admin.create(`${ADMISSION}/validatingadmissionpolicybindings`, {
    metadata: { name: "telltale" },
    spec: { policyName: "telltale", validationActions: ["Deny"] },
  });
  const data = Buffer.from("{}").toString("base64");
  await eventually("the policy is in force", async () => {
    const body = { metadata: { name: "harbor-pull" }, data: { ".dockerconfigjson": data } };
    const { status } = await admin.send("POST", "/api/v1/namespaces/default/secrets?dryRun=All", body);
    return status === 403 || undefined;
  });
  await cluster.makeNamespace("refused");
  const { response } = await replica.review(review(POD, { namespace: "refused" }));
  t.match(response.warnings, [/could not be written/]);
  const line = await eventually("it is logged", () =>
    replica
      .stderr()
      .split("\n")
      .find((text) => text.includes('"refused"') && text.includes("CopyFailed")),
  );
  t.match(line, /403 Forbidden/);
  // The beginning of every such Secret, as JSON and in base64.
  t.notMatch(replica.stderr(), /not allowed|eyJhdXRocyI6|kept/);
  await admin.delete(`${ADMISSION}/validatingadmissionpolicybindings/telltale`);
  await cluster.passwordArrives("kept", ["refused"]);
});
