import t from "tap";
import { stringify } from "yaml";
import { imported, noteLines } from "../../builders/imported.ts";

const API = "credentialprovider.kubelet.k8s.io/v1";

function providers(...list: readonly object[]): object {
  return { apiVersion: "kubelet.config.k8s.io/v1", kind: "CredentialProviderConfig", providers: list };
}

function provider(parts: object): object {
  return {
    name: "vault-provider",
    matchImages: ["registry.example.com:5000"],
    defaultCacheDuration: "5m",
    apiVersion: API,
    ...parts,
  };
}

const PLUGIN = { name: "vault-provider", matchImages: ["registry.example.com:5000"] };
const EXEC = { command: "vault-provider", apiVersion: API, defaultCacheDuration: "5m" };

t.test("every version is read, as YAML and as JSON", async (t) => {
  for (const version of ["v1", "v1beta1", "v1alpha1"]) {
    const config = {
      ...providers(provider({ apiVersion: `credentialprovider.kubelet.k8s.io/${version}` })),
      apiVersion: `kubelet.config.k8s.io/${version}`,
    };
    for (const text of [stringify(config), JSON.stringify(config)]) {
      const { registries, notes } = imported(text);
      t.same(notes, []);
      const exec = { ...EXEC, apiVersion: `credentialprovider.kubelet.k8s.io/${version}` };
      t.same(registries, [{ ...PLUGIN, credentials: { exec } }]);
    }
  }
});

t.test("a plugin keeps its arguments, and of its environment what is no secret", async (t) => {
  const { registries, steps, notes } = imported(
    stringify(
      providers(
        provider({
          args: ["--config", "/etc/vault.yaml"],
          env: [
            { name: "HOME", value: "/root" },
            { name: "VAULT_PROFILE", value: "pull" },
            { name: "VAULT_ADDR", value: "made-up" },
          ],
        }),
      ),
    ),
  );
  t.same(notes, []);
  t.match(registries, [
    {
      credentials: {
        exec: {
          args: ["--config", "/etc/vault.yaml"],
          env: [
            { name: "HOME", value: "/root" },
            { name: "VAULT_PROFILE", value: "pull" },
          ],
          passEnv: ["VAULT_ADDR"],
        },
      },
    },
  ]);
  const message = "put the program vault-provider on the PATH of pullcred, and set VAULT_ADDR in its Pod";
  t.same(steps, [{ path: "input: providers[0]", message }]);
});

t.test("an argument that may hold a credential is left out, and noted", async (t) => {
  const rows: readonly (readonly [readonly string[], readonly string[]])[] = [
    [["--token=made-up"], []],
    [
      ["--password", "made-up", "--verbose"],
      ["--password", "--verbose"],
    ],
    [["--url=https://bob:made-up@vault.example.com"], []],
    [["https://made-up@vault.example.com"], []],
    [["-api-key=made-up"], []],
    [
      ["get-credentials", "--authFlow=gcr", "--token-file=/etc/token.jwt", "--use-token", "--v=3"],
      ["get-credentials", "--authFlow=gcr", "--token-file=/etc/token.jwt", "--use-token", "--v=3"],
    ],
  ];
  for (const [args, kept] of rows) {
    const { registries, notes, yaml } = imported(stringify(providers(provider({ args }))));
    const credentials = registries[0]?.credentials as { exec?: { args?: readonly string[] } };
    t.same(credentials.exec?.args ?? [], kept);
    t.equal(notes.length, kept.length === args.length ? 0 : 1);
    t.notMatch(yaml, "made-up");
  }
});

t.test("the clouds' own plugins become the clouds' sources", async (t) => {
  const ecr = { name: "ecr-credential-provider" };
  const eu = "*.dkr.ecr.eu-central-1.amazonaws.com";
  const rows: readonly (readonly [object, string | undefined, readonly object[]])[] = [
    [
      { ...ecr, matchImages: [eu, "public.ecr.aws"], args: ["get-credentials"] },
      undefined,
      [
        { name: "ecr-eu-central-1", matchImages: [eu], credentials: { ecr: { region: "eu-central-1" } } },
        { name: "ecr-public", matchImages: ["public.ecr.aws"], credentials: { ecrPublic: {} } },
      ],
    ],
    [
      {
        ...ecr,
        matchImages: ["*.dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu", "ecr-public.aws.com"],
      },
      undefined,
      [
        { name: "ecr-eusc-de-east-1", credentials: { ecr: { region: "eusc-de-east-1" } } },
        { name: "ecr-public", matchImages: ["ecr-public.aws.com"] },
      ],
    ],
    [
      { ...ecr, matchImages: ["*.dkr.ecr.us-iso-east-1.c2s.ic.gov", "*.dkr-ecr.eu-west-1.on.aws"] },
      undefined,
      [
        { credentials: { ecr: { region: "us-iso-east-1" } } },
        { credentials: { ecr: { region: "eu-west-1" } } },
      ],
    ],
    [
      {
        name: "auth-provider-gcp",
        matchImages: ["gcr.io", "*.gcr.io", "*.pkg.dev", "docker.*.rep.pkg.dev"],
        args: ["get-credentials", "--v=3"],
      },
      undefined,
      [
        {
          name: "gar",
          matchImages: ["gcr.io", "*.gcr.io", "*.pkg.dev", "docker.*.rep.pkg.dev"],
          credentials: { gar: {} },
        },
      ],
    ],
    [
      { name: "acr-credential-provider", matchImages: ["acme.azurecr.io", "mcr.microsoft.com"] },
      undefined,
      [
        {
          name: "azure-acme",
          matchImages: ["acme.azurecr.io"],
          credentials: { azure: { registry: "acme.azurecr.io" } },
        },
      ],
    ],
    [
      { name: "acr-credential-provider", matchImages: ["registry.example.com"] },
      undefined,
      [{ credentials: { exec: {} } }],
    ],
    [{ name: "other", matchImages: ["acme.azurecr.io"] }, undefined, [{ credentials: { exec: {} } }]],
  ];
  for (const [parts, region, expected] of rows) {
    const { registries, notes } = imported(
      stringify(providers(provider(parts))),
      region === undefined ? {} : { region },
    );
    t.same(notes, []);
    t.match(registries, expected);
    t.equal(registries.length, expected.length);
  }
});

t.test("what an EKS node has is made for one region, once that is known", async (t) => {
  const matchImages = [
    "*.dkr.ecr.*.amazonaws.com",
    "*.dkr.ecr.*.amazonaws.com.cn",
    "*.dkr.ecr-fips.*.amazonaws.com",
    "*.dkr.ecr.us-iso-east-1.c2s.ic.gov",
    "public.ecr.aws",
  ];
  const text = stringify(providers(provider({ name: "ecr-credential-provider", matchImages })));
  const known = imported(text, { region: "us-east-1" });
  t.match(known.registries[0], {
    name: "ecr-us-east-1",
    matchImages: ["*.dkr.ecr.us-east-1.amazonaws.com", "*.dkr.ecr-fips.us-east-1.amazonaws.com"],
    credentials: { ecr: { region: "us-east-1" } },
  });
  t.same(noteLines(known), [
    "input: providers[0].matchImages: stands for every region, the mapping for us-east-1: copy it for each further one",
  ]);
  const unknown = imported(text);
  t.same(
    unknown.registries.map(({ name }) => name),
    ["ecr-us-iso-east-1", "ecr-public"],
  );
  t.match(noteLines(unknown), [/names no region: import again with --region REGION/]);
});

t.test("what cannot be carried over is noted with its place", async (t) => {
  const cloud = { name: "ecr-credential-provider", matchImages: ["public.ecr.aws"] };
  const rows: readonly (readonly [object, RegExp, number])[] = [
    [
      provider({ tokenAttributes: { serviceAccountTokenAudience: "a", requireServiceAccount: true } }),
      /providers\[0\]\.tokenAttributes: pullcred asks as itself/,
      1,
    ],
    [
      provider({ matchImages: ["*.example.com", "a.example.com"] }),
      /matchImages: "\*\.example\.com" names no registry that the plugin could be asked for/,
      1,
    ],
    [provider({ matchImages: [] }), /matchImages: has no pattern/, 0],
    [provider({ matchImages: "x" }), /matchImages: has no pattern/, 0],
    [
      provider({ matchImages: ["https://bob:made-up@a.example.com"] }),
      /has a pattern that names no registry/,
      0,
    ],
    [provider({ name: "" }), /credentials\.exec\.command must be the path of a program/, 0],
    [
      provider({ defaultCacheDuration: "soon" }),
      /credentials\.exec\.defaultCacheDuration must be a duration/,
      0,
    ],
    [
      provider({ env: [{ name: "NO-NAME", value: "made-up" }] }),
      /passEnv\[0\] must be the name of an environment/,
      0,
    ],
    [provider({ surprise: "made-up" }), /providers\[0\]\.surprise: is not known/, 1],
    [
      { ...cloud, env: [{ name: "AWS_PROFILE", value: "hybrid" }] },
      /env: AWS_PROFILE: as whom pullcred asks/,
      1,
    ],
    [{ ...cloud, args: ["/etc/kubernetes/azure.json"] }, /args: tells the plugin something of its own/, 1],
    [
      { name: "acr-credential-provider", matchImages: ["*.azurecr.io"] },
      /"\*\.azurecr\.io" names no registry, and each has its own token/,
      0,
    ],
  ];
  for (const [parts, note, count] of rows) {
    const result = imported(stringify(providers(parts)));
    t.match(noteLines(result), [note], String(note));
    t.equal(result.notes.length, 1, String(note));
    t.equal(result.registries.length, count, String(note));
    t.notMatch(result.yaml, "made-up");
  }
  t.match(noteLines(imported("kind: CredentialProviderConfig\n")), [/providers: must be a list/]);
  t.match(noteLines(imported("kind: CredentialProviderConfig\nproviders: [x]\n")), [
    /providers\[0\]: must be an object/,
  ]);
});
