import t from "tap";
import { notes, readValues } from "./lib/render.ts";
import { mapping } from "./lib/values.ts";

const registries = [mapping("harbor")];

t.test("an installation without risk says nothing", async (t) => {
  t.equal(notes({ registries }).trim(), "");
  t.equal(notes(readValues("ci/cert-manager-values.yaml")).trim(), "");
  t.equal(notes(readValues("ci/monitoring-values.yaml")).trim(), "");
});

const RISKS = [
  ["no registry", {}, [/there are no registries yet/]],
  [
    "a credential in the values",
    { registries: [mapping("a", { credentials: { inline: { username: "u", password: "s3cret" } } })] },
    [/credentials stand in the values/],
  ],
  [
    "a docker config.json in the values",
    { registries: [mapping("a", { credentials: { dockerConfigJson: { auths: { "a.io": {} } } } })] },
    [/credentials stand in the values/],
  ],
  [
    "one replica",
    { registries, replicaCount: 1 },
    [/Pods that are created while it is not there start without/],
  ],
  [
    "one replica, and Fail",
    { registries, replicaCount: 1, webhook: { failurePolicy: "Fail" } },
    [/failurePolicy is Fail\. While it is not there, no Pod can be created/],
  ],
  [
    "a certificate that nobody renews",
    readValues("ci/files-values.yaml"),
    [/nothing here renews .* webhook-tls/],
  ],
  ["the node's network", { registries, hostNetwork: true }, [/Pod Security .*privileged.*port 9090/s]],
] as const;

for (const [what, values, expected] of RISKS) {
  t.test(`told: ${what}`, async (t) => {
    const text = notes(values);
    t.equal(text.match(/^WARNING: /gm)?.length, expected.length, text);
    for (const message of expected) t.match(text, message);
    t.notMatch(text, "s3cret");
  });
}
