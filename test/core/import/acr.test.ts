import t from "tap";
import { stringify } from "yaml";
import { imported, noteLines } from "../../builders/imported.ts";

const PLACE = "input: ConfigMap kube-system/acr-configuration";
const DOMAIN = "acme-registry.cn-hangzhou.cr.aliyuncs.com";
const ROLE = "acs:ram::1234567890123456:role/acr-puller";
const PROVIDER = "acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1";

function configMap(data: object): string {
  return stringify({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "acr-configuration", namespace: "kube-system" },
    data: { "service-account": "*", ...data },
  });
}

function instances(...entries: readonly object[]): { readonly "acr-registry-info": string } {
  return { "acr-registry-info": stringify(entries) };
}

const ENTERPRISE = { instanceId: "cri-xkx6vujuhay0abcd", regionId: "cn-hangzhou", domains: DOMAIN };

t.test("an Enterprise instance becomes a mapping for its domains, in the watched namespaces", async (t) => {
  const rows: readonly (readonly [object, readonly string[]])[] = [
    [{}, ["default"]],
    [{ "watch-namespace": "Default" }, ["default"]],
    [{ "watch-namespace": "team-a, team-b" }, ["team-a", "team-b"]],
    [{ "watch-namespace": "all" }, ["*"]],
    [{ "watch-namespace": "ALL" }, ["*"]],
  ];
  for (const [settings, include] of rows) {
    const { registries, notes } = imported(configMap({ ...instances(ENTERPRISE), ...settings }));
    t.same(notes, []);
    t.same(registries, [
      {
        name: "acr-acme",
        matchImages: [DOMAIN],
        namespaces: { include },
        credentials: { alibaba: { region: "cn-hangzhou", instanceId: "cri-xkx6vujuhay0abcd" } },
      },
    ]);
  }
});

t.test("as whom the helper asks is carried over", async (t) => {
  const rrsa = { rrsaRoleARN: ROLE, rrsaOIDCProviderRoleARN: PROVIDER };
  const withRrsa = { rrsa: "enable: true\n" };
  const inOlderYaml = { rrsa: 'enable: "yes"\n' };
  const rows: readonly (readonly [object, object, object])[] = [
    [rrsa, withRrsa, { auth: { rrsa: { roleArn: ROLE, oidcProviderArn: PROVIDER } } }],
    [{}, withRrsa, { auth: { rrsa: {} } }],
    [{}, inOlderYaml, { auth: { rrsa: {} } }],
    [{ assumeRoleARN: ROLE, expireDuration: 3600 }, {}, { assumeRole: { roleArn: ROLE } }],
    [
      { assumeRoleARN: ROLE, expireDuration: "7200" },
      {},
      { assumeRole: { roleArn: ROLE, sessionDuration: "7200s" } },
    ],
    [
      { customAccessKey: "LTAI-made-up", customAccessKeySecret: "made-up" },
      {},
      { auth: { secretRef: { name: "acr-acme-keys" } } },
    ],
  ];
  for (const [fields, settings, expected] of rows) {
    const result = imported(configMap({ ...instances({ ...ENTERPRISE, ...fields }), ...settings }));
    t.same(result.notes, []);
    t.match(result.registries, [{ credentials: { alibaba: expected } }]);
    t.notMatch(result.yaml, /made-up/);
  }
});

t.test("what has to be done by hand is said with its command", async (t) => {
  const key = { customAccessKey: "LTAI-made-up", customAccessKeySecret: "made-up" };
  const { steps } = imported(configMap(instances({ ...ENTERPRISE, ...key })), { ownNamespace: "pulls" });
  t.same(steps, [
    {
      path: `${PLACE}: data.acr-registry-info[0]`,
      message: "make the Secret acr-acme-keys of the access key, which then need not stand in a ConfigMap",
      command:
        "kubectl --namespace pulls create secret generic acr-acme-keys --from-file=accessKeyId=FILE " +
        "--from-file=accessKeySecret=FILE",
    },
  ]);
  const trust = imported(configMap({ ...instances(ENTERPRISE), rrsa: "enable: true" })).steps;
  t.match(trust, [
    { message: "let the trust policy of the role allow system:serviceaccount:pullcred:pullcred" },
  ]);
});

t.test(
  "the Personal Edition is that of the region; of the cluster's own where none is written",
  async (t) => {
    const personal = { alibaba: { region: "cn-beijing" } };
    const rows: readonly (readonly [object, string | undefined])[] = [
      [instances({ instanceId: "", regionId: "cn-beijing" }), undefined],
      [instances({ instanceId: "" }), "cn-beijing"],
      [{}, "cn-beijing"],
      [{ "acr-registry-info": "" }, "cn-beijing"],
      [{ "acr-registry-info": "# - instanceId: cri-xxx\n#   regionId: cn-hangzhou\n" }, "cn-beijing"],
    ];
    for (const [data, region] of rows) {
      const { registries, notes } = imported(configMap(data), region === undefined ? {} : { region });
      t.same(notes, []);
      t.match(registries, [{ name: "acr-personal-cn-beijing", credentials: personal }]);
      t.equal(registries[0]?.matchImages, undefined, "the source knows the hosts");
    }
  },
);

t.test("domains that are written as a list are read as well", async (t) => {
  const domains = [DOMAIN, "images.acme.example:65002"];
  const { registries, notes } = imported(configMap(instances({ ...ENTERPRISE, domains })));
  t.same(notes, []);
  t.match(registries, [{ matchImages: domains }]);
});

t.test("the region is found in the domains", async (t) => {
  const { registries } = imported(configMap(instances({ ...ENTERPRISE, regionId: undefined })));
  t.match(registries, [{ credentials: { alibaba: { region: "cn-hangzhou" } } }]);
});

t.test("what cannot be carried over is noted with its place, and the rest is made", async (t) => {
  const info = `${PLACE}: data.acr-registry-info`;
  const rows: readonly (readonly [object, RegExp, number])[] = [
    [
      { ...instances(ENTERPRISE), "service-account": "default" },
      /data\.service-account: default: every Pod/,
      1,
    ],
    [{ ...instances(ENTERPRISE), "service-account": "" }, /data\.service-account: default: every Pod/, 1],
    [
      { ...instances(ENTERPRISE), "notify-email": "c@example.com" },
      /data\.notify-email: pullcred sends no mail/,
      1,
    ],
    [
      { ...instances(ENTERPRISE), "expiring-threshold": "30m" },
      /data\.expiring-threshold: pullcred renews/,
      1,
    ],
    [{ ...instances(ENTERPRISE), "acr-api-version": "v1" }, /data\.acr-api-version: pullcred uses/, 1],
    [
      { ...instances(ENTERPRISE), "webhook-configuration": "enable: true\nfailure-policy: Fail\n" },
      /data\.webhook-configuration: set webhook\.failurePolicy/,
      1,
    ],
    [{ ...instances(ENTERPRISE), "watch-namespaces": "all" }, /data\.watch-namespaces: is not known/, 1],
    [
      { ...instances(ENTERPRISE), "watch-namespace": 1.5 },
      /include\[0\] no namespace can match.*nothing was made/,
      0,
    ],
    [{ ...instances(ENTERPRISE), "watch-namespace": ["a"] }, /data\.watch-namespace: must be text/, 1],
    [
      { ...instances(ENTERPRISE), "watch-namespace": "team_a,team-b" },
      /namespaces\.include\[0\] no namespace can match.*: it was left out/,
      1,
    ],
    [
      instances({ ...ENTERPRISE, domains: undefined }),
      /\[0\]\.domains: names no domain, so that the mapping is/,
      1,
    ],
    [
      instances({ ...ENTERPRISE, domains: `${DOMAIN},not a host` }),
      /matchImages\[1\] must have no spaces/,
      1,
    ],
    [instances({ ...ENTERPRISE, region: "x" }), /\[0\]\.region: is not known/, 1],
    [instances({ ...ENTERPRISE, instanceId: "acme" }), /credentials\.alibaba\.instanceId must be the ID/, 0],
    [
      instances({ ...ENTERPRISE, assumeRoleARN: "<ARN>" }),
      /assumeRole\.roleArn must be the ARN of a RAM role/,
      0,
    ],
    [instances({ ...ENTERPRISE, expireDuration: 7200 }), /\[0\]\.expireDuration: has no effect without/, 1],
    [instances({ ...ENTERPRISE, rrsaRoleARN: ROLE }), /\[0\]\.rrsaRoleARN: has no effect without rrsa/, 1],
    [instances({ instanceId: "" }), /\[0\]\.regionId: names no region: import again with --region/, 0],
    [{}, /data\.acr-registry-info\.regionId: names no region/, 0],
    [
      instances({ instanceId: "", domains: "crpi-ds0j5gxjdmixc0v8.cn-hangzhou.personal.cr.aliyuncs.com" }),
      /\[0\]\.domains: such Personal instances have no tokens/,
      0,
    ],
    // The malformed forms that people and older documents have.
    [
      { "acr-registry-info": '- instanceId: cri-xxx\n  domains: "xxx.com","yyy.com"\n' },
      new RegExp(`^${RegExp.escape(info)}, line 2: several domains are one text`),
      0,
    ],
    [{ "acr-registry-info": "- instanceId: [" }, /acr-registry-info, line 1: .*nothing was made/, 0],
    [{ "acr-registry-info": "instanceId: cri-xxx" }, /must hold a list of instances/, 0],
    [{ "acr-registry-info": "- cri-xxx" }, /must hold instances with instanceId and regionId/, 0],
    [{ "acr-registry-info": { "watch-namespace": "all" } }, /must be text that holds a list/, 0],
  ];
  for (const [data, note, count] of rows) {
    const result = imported(configMap(data));
    t.match(noteLines(result), [note], String(note));
    t.equal(result.notes.length, 1, String(note));
    t.equal(result.registries.length, count, String(note));
    t.match(result.yaml, "# Not carried over:");
  }
  t.match(noteLines(imported("kind: ConfigMap\nmetadata: {name: acr-configuration}\ndata: x\n")), [
    /data: must be/,
  ]);
});

t.test("people copy the data alone", async (t) => {
  const data = { "service-account": "*", ...instances(ENTERPRISE) };
  t.match(imported(stringify({ data })), { notes: [], registries: [{ name: "acr-acme" }] });
});

t.test("the parameters of the managed edition say the same in other words", async (t) => {
  const parameters = {
    AcrInstanceInfo: [
      { InstanceId: "cri-xkx6vujuhay0abcd", regionId: "cn-hangzhou", domains: DOMAIN, rrsaRoleARN: ROLE },
    ],
    enableRRSA: true,
    watchNamespace: "team-a",
    serviceAccount: "*",
  };
  const { registries, notes } = imported(JSON.stringify(parameters));
  t.same(notes, []);
  t.match(registries, [
    {
      name: "acr-acme",
      namespaces: { include: ["team-a"] },
      credentials: { alibaba: { auth: { rrsa: { roleArn: ROLE } } } },
    },
  ]);
  for (const text of ['{"AcrInstanceInfo": "x"}', '{"acrInstanceInfo": ["x"]}']) {
    const refused = imported(text, { region: "cn-hangzhou" });
    t.match(noteLines(refused), [/[aA]crInstanceInfo: must be a list of instances/]);
    t.same(refused.registries, []);
  }
});
