import fc from "fast-check";
import t from "tap";
import { stringify } from "yaml";
import { readInputDocuments } from "../../src/core/import/input-document.ts";
import { imported } from "../builders/imported.ts";
import { replaceOne } from "./replace-one.ts";
import { slowRuns } from "./runs.ts";

/** Every credential of these inputs contains it, and nothing else does. */
const MARK = "Tr0ub4dor";
const ENCODED = Buffer.from(`robot:${MARK}`).toString("base64");

const anything = fc.oneof(
  { withCrossShrink: true },
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    null,
    "",
    "*",
    "a,b",
    5,
    true,
    [],
    {},
    [{}],
    "a: [",
    "- a: b",
    "é\n\u2028#",
    "__proto__",
  ),
);
const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const server = fc.oneof(
  label.map((name) => `${name}.example.com`),
  fc.constantFrom(
    "https://index.docker.io/v1/",
    "123456789012.dkr.ecr.eu-central-1.amazonaws.com",
    "*.dkr.ecr.*.amazonaws.com",
    "*.azurecr.io",
    "gcr.io",
    "acme-registry.cn-hangzhou.cr.aliyuncs.com",
    "hub.docker.com",
    "sample",
    `https://bob:${MARK}@a.example.com`,
    `bob:${MARK}@b.example.com/x?${MARK}#${MARK}`,
  ),
);
const entry = fc.oneof(
  fc.constantFrom(
    { username: "robot", password: MARK },
    { username: "AWS", password: MARK },
    { username: "cr_temp_user", password: `${MARK}\n` },
    { auth: ENCODED },
    { auth: MARK },
    { identitytoken: MARK },
    {},
  ),
  fc.constant(MARK),
);
const auths = fc.dictionary(server, entry, { maxKeys: 4 });
const metadata = fc.record({ name: fc.oneof(label, fc.constant("tcr.ips-x")), namespace: label });
const dockerConfig = fc.record(
  {
    auths,
    credHelpers: fc.dictionary(server, fc.constantFrom("ecr-login", "pass", "")),
    credsStore: fc.constantFrom("desktop", ""),
  },
  { requiredKeys: ["auths"] },
);
const pullSecret = fc.record({
  kind: fc.constant("Secret"),
  metadata,
  type: fc.constantFrom("kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg", "Opaque"),
  stringData: fc.record({
    ".dockerconfigjson": dockerConfig.map((value) => JSON.stringify(value)),
    ".dockercfg": auths.map((value) => JSON.stringify(value)),
  }),
});
const serviceAccount = fc.record({
  kind: fc.constant("ServiceAccount"),
  metadata,
  imagePullSecrets: fc.array(fc.record({ name: label }), { maxLength: 3 }),
});
const credentialProviders = fc.record({
  kind: fc.constant("CredentialProviderConfig"),
  providers: fc.array(
    fc.record({
      name: fc.oneof(
        label,
        fc.constantFrom("ecr-credential-provider", "acr-credential-provider", "auth-provider-gcp"),
      ),
      matchImages: fc.array(server, { maxLength: 4 }),
      args: fc.constantFrom([], [`--password=${MARK}`], ["--token", MARK], ["get-credentials", "--v=3"]),
      env: fc.constantFrom([], [{ name: "TOKEN", value: MARK }], [{ name: "HOME", value: "/root" }]),
      defaultCacheDuration: fc.constantFrom("12h", "0s", "soon"),
      apiVersion: fc.constantFrom("credentialprovider.kubelet.k8s.io/v1", "v2"),
    }),
    { maxLength: 3 },
  ),
});
const instance = fc.record(
  {
    instanceId: fc.constantFrom("", "cri-abc", "acme"),
    regionId: fc.constantFrom("cn-hangzhou", "x"),
    domains: fc.array(server, { maxLength: 3 }).map((list) => list.join(",")),
    assumeRoleARN: fc.constantFrom("acs:ram::1:role/a", "<ARN>"),
    expireDuration: fc.constantFrom<unknown>(3600, "7200", 5),
    rrsaRoleARN: fc.constant("acs:ram::1:role/b"),
    customAccessKey: fc.constant(MARK),
    customAccessKeySecret: fc.constant(MARK),
  },
  { requiredKeys: [] },
);
const acrConfiguration = fc.record({
  kind: fc.constant("ConfigMap"),
  metadata: fc.constant({ name: "acr-configuration", namespace: "kube-system" }),
  data: fc.record(
    {
      "acr-registry-info": fc.oneof(
        fc.array(instance, { maxLength: 3 }).map((list) => stringify(list)),
        anything,
      ),
      "watch-namespace": fc.constantFrom("all", "a,b", "A_b", ""),
      "service-account": fc.constantFrom("*", "default"),
      rrsa: fc.constantFrom("enable: true", "enable: false"),
    },
    { requiredKeys: [] },
  ),
});
const docker = fc.record({ username: label, password: fc.constant(MARK), server });
const imagePullSecret = fc.record({
  apiVersion: fc.constant("tcr.tencentcloudcr.com/v1"),
  kind: fc.constant("ImagePullSecret"),
  metadata,
  spec: fc.record({ namespaces: fc.constantFrom("*", "", "a,b"), serviceAccounts: fc.constant("*"), docker }),
});
const values = fc.record({
  global: fc.record({ imagePullSecretsCrs: fc.array(fc.record({ name: label, docker }), { maxLength: 2 }) }),
});
const known = fc.oneof(
  dockerConfig,
  auths,
  pullSecret,
  serviceAccount,
  credentialProviders,
  acrConfiguration,
  fc.record({ AcrInstanceInfo: fc.array(instance, { maxLength: 2 }) }),
  imagePullSecret,
  values,
);
const region = fc.option(fc.constantFrom("eu-central-1", "cn-north-1"), { nil: undefined });

/** Documents in which one value was replaced by anything, which get further than random ones do. */
const damaged = fc
  .tuple(known, fc.nat(), anything)
  .map(([value, position, replacement]) => replaceOne(value, position, replacement));

t.test(
  "whatever stands in a document, it comes to a configuration that is accepted, or is noted",
  async () => {
    const documents = fc.array(fc.oneof(known, damaged, fc.jsonValue()), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(documents, region, (list, own) => {
        const text = list.map((value) => JSON.stringify(value)).join("\n---\n");
        imported(text, own === undefined ? {} : { region: own }); // throws where the configuration is not accepted
      }),
      { numRuns: slowRuns },
    );
  },
);

t.test("no text makes it throw", async () => {
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(..."kind:-,[]{}&*!|>'\"%@`#? \n\t~<0"), maxLength: 80 }),
    fc.tuple(known, fc.nat(400)).map(([value, cut]) => stringify(value).slice(0, cut)),
  );
  fc.assert(
    fc.property(text, (given) => {
      if (readInputDocuments("input", given).ok) imported(given);
    }),
    { numRuns: slowRuns },
  );
});

t.test("no credential is told, in a note, a command, a comment or the configuration", async () => {
  fc.assert(
    fc.property(fc.array(known, { minLength: 1, maxLength: 3 }), region, (list, own) => {
      const text = JSON.stringify({ kind: "List", items: list });
      const result = imported(text, own === undefined ? {} : { region: own });
      const shown = JSON.stringify(result) + result.yaml;
      for (const trace of [MARK, ENCODED]) if (shown.includes(trace)) throw new Error(result.yaml);
    }),
    { numRuns: slowRuns },
  );
});
