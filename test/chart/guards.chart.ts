import t from "tap";
import { refusal, render, type Values } from "./lib/render.ts";
import { mapping, mappingIn } from "./lib/values.ts";

const INLINE = { inline: { username: "u", password: "p" } };
const SECRET_REF = { secretRef: { name: "creds" } };
const withCredentials = (credentials: object): Values => ({ registries: [mapping("a", { credentials })] });
const withMapping = (parts: object): Values => ({ registries: [mapping("a", parts)] });

/** What helm says that is wrong. */
function problemsOf(values: Values): readonly string[] {
  const [, list = ""] = refusal(values).split("these values do not go together:\n");
  return list.split("\n").flatMap((line) => (line.startsWith("- ") ? [line.slice(2)] : []));
}

const CASES: Readonly<Record<string, readonly [values: Values, ...problems: readonly string[]]>> = {
  "two sources": [
    withCredentials({ ...SECRET_REF, ...INLINE }),
    "registries[0].credentials: must have exactly one source; it has inline and secretRef",
  ],
  "no source": [withCredentials({}), "registries[0].credentials: must have exactly one source; it has none"],
  "a user name with a colon": [
    withCredentials({ inline: { username: "a:b", password: "p" } }),
    "registries[0].credentials.inline.username: must have no colon, which ends the user name in a docker config.json",
  ],
  "a docker config.json that is none": [
    withCredentials({ dockerConfigJson: "{not json" }),
    "registries[0].credentials.dockerConfigJson: must be a docker config.json with auths",
  ],
  "a docker config.json without auths": [
    withCredentials({ dockerConfigJson: { credHelpers: { "a.io": "x" } } }),
    "registries[0].credentials.dockerConfigJson: must be a docker config.json with auths",
  ],
  "a pattern with a scheme": [
    withMapping({ matchImages: ["ok.example.com", "https://a.example.com"] }),
    "registries[0].matchImages[1]: must be a host, with an optional port and an optional path, such as " +
      "harbor.example.com/team-a/: no scheme, credential or space",
  ],
  "no patterns where the source tells none": [
    { registries: [{ name: "a", credentials: SECRET_REF }] },
    "registries[0].matchImages: must be written, because secretRef does not tell the registry's hosts",
  ],
  "a name twice": [
    { registries: [mapping("a"), mapping("b"), mapping("a")] },
    'registries[2].name: "a" is already the name of registries[0]; give each its own',
  ],
  "a secretName twice": [
    { registries: [mapping("a"), mapping("b", { secretName: "pullcred-a" })] },
    'registries[1].secretName: "pullcred-a" is already the secretName of registries[0]; give each its own',
  ],
  "the name of pullcred's own certificate": [
    { registries: [mapping("certificate")] },
    'registries[0].secretName: "pullcred-certificate" is the Secret with the webhook\'s certificate; set another one',
  ],
  "the name of cert-manager's certificate": [
    { ...withMapping({ secretName: "pullcred-tls" }), certificates: { mode: "cert-manager" } },
    'registries[0].secretName: "pullcred-tls" is the Secret with the webhook\'s certificate; set another one',
  ],
  "the name of cert-manager's CA": [
    { ...withMapping({ secretName: "pullcred-ca" }), certificates: { mode: "cert-manager" } },
    'registries[0].secretName: "pullcred-ca" is the Secret with the webhook\'s certificate; set another one',
  ],
  "an origin that would be written over another's Secret": [
    {
      registries: [
        mapping("a", { credentials: SECRET_REF }),
        mapping("b", { secretName: "creds", credentials: { configFile: { path: "/config.json" } } }),
      ],
    },
    'registries[1].secretName: "creds" is the Secret that registries[0] reads its credentials from; set another one',
  ],
  "namespaces that are all excluded": [
    withMapping({ namespaces: { include: ["team-a"], exclude: ["team-*"] } }),
    "registries[0].namespaces: exclude takes away everything that include allows",
  ],
  "a namespace that the webhook leaves alone": [
    { registries: [mappingIn("a", ["team-a", "kube-system"])] },
    'registries[0].namespaces.include[1]: "kube-system" is never looked at (webhook.excludedNamespaces); take it out',
  ],
  "mode files with neither Secret nor CA": [
    { certificates: { mode: "files" } },
    "certificates.files.secretName: must name the Secret with the certificate, because certificates.mode is files",
    "certificates.files.caBundle: must be the CA's certificate as PEM, because certificates.mode is files",
  ],
  "files in another mode": [
    { certificates: { files: { secretName: "tls" } } },
    "certificates.files: goes with certificates.mode files; it is self",
  ],
  "an issuer in another mode": [
    { certificates: { certManager: { issuerRef: { name: "platform" } } } },
    "certificates.certManager.issuerRef: goes with certificates.mode cert-manager; it is self",
  ],
  "an issuer without a name": [
    { certificates: { mode: "cert-manager", certManager: { issuerRef: { kind: "ClusterIssuer" } } } },
    "certificates.certManager.issuerRef.name: must name the issuer",
  ],
  "a budget that lets no Pod go": [
    { podDisruptionBudget: { minAvailable: 2 } },
    "podDisruptionBudget.minAvailable: 2 of 2 Pods lets no node be drained; set less, or more replicas",
  ],
  "a budget that lets no Pod go, in percent": [
    { replicaCount: 3, podDisruptionBudget: { minAvailable: "67%" } },
    "podDisruptionBudget.minAvailable: 67% of 3 Pods lets no node be drained; set less, or more replicas",
  ],
  "a budget of none": [
    { podDisruptionBudget: { maxUnavailable: "0%" } },
    "podDisruptionBudget.maxUnavailable: 0 lets no node be drained; set more",
  ],
  "two budgets": [
    { podDisruptionBudget: { minAvailable: 1, maxUnavailable: 1 } },
    "podDisruptionBudget: must have minAvailable or maxUnavailable, not both",
  ],
  "less time to end than ending takes": [
    { drainDelay: 2.5 },
    "terminationGracePeriodSeconds: must be at least 31: drainDelay, and 28 seconds for the reviews that were accepted and for handing over",
  ],
  "what verification needs, without it": [
    { verification: { insecureHosts: ["a.example.com"] } },
    "verification.interval: must be set for caBundle and insecureHosts to have a meaning",
  ],
  "a CA of registries that is none": [
    { verification: { interval: "1h", caBundle: "a.crt" } },
    "verification.caBundle: must be CA certificates as PEM",
  ],
  "one port for both": [{ metrics: { port: 8443 } }, "metrics.port: must differ from webhook.port"],
  "somebody else's ServiceAccount without a name": [
    { serviceAccount: { create: false } },
    "serviceAccount.name: must name the ServiceAccount, because serviceAccount.create is false; every Pod that has " +
      "it gets pullcred's rights",
  ],
};

for (const [what, [values, ...problems]] of Object.entries(CASES)) {
  t.test(`refused: ${what}`, async (t) => {
    t.same(problemsOf(values), problems);
  });
}

t.test("everything that is wrong is told at once", async (t) => {
  const values = { ...withCredentials({}), drainDelay: 60, podDisruptionBudget: { minAvailable: "100%" } };
  t.equal(problemsOf(values).length, 3);
});

t.test("what is just right is not refused", async (t) => {
  const cases: readonly Values[] = [
    { drainDelay: 2 },
    { replicaCount: 3, podDisruptionBudget: { minAvailable: "66%" } },
    { replicaCount: 1 },
    { replicaCount: 1, podDisruptionBudget: { enabled: false, minAvailable: 1 } },
    { registries: [mapping("certificate")], certificates: { mode: "cert-manager" } },
    // A secretRef may have the name that its copies have.
    withMapping({ secretName: "creds", credentials: SECRET_REF }),
  ];
  for (const values of cases) t.ok(render(values).objects.length > 0, JSON.stringify(values));
});

t.test("no message holds a credential", async (t) => {
  const secret = "Tr0ub4dor";
  const cases: readonly Values[] = [
    withCredentials({ inline: { username: "a:b", password: secret } }),
    withCredentials({ inline: { username: "u", password: { value: secret } } }),
    withCredentials({ inline: { username: "u", password: secret, server: 5 } }),
    withCredentials({ dockerConfigJson: `{"auths": {"a.io": {"password": "${secret}"` }),
    withCredentials({ dockerConfigJson: { auth: { "a.io": { password: secret } } } }),
    withCredentials({ dockerConfigJson: [secret] }),
    withMapping({ matchImages: [`robot:${secret}@a.example.com`] }),
  ];
  for (const values of cases) t.notOk(refusal(values).includes(secret), JSON.stringify(values));
});
