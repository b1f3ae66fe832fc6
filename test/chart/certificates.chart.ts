import t from "tap";
import { readValues, render, type Values } from "./lib/render.ts";

const WEBHOOK = "MutatingWebhookConfiguration";
const FILES = readValues("ci/files-values.yaml");
const DNS_NAMES = ["pullcred.pullcred-system.svc", "pullcred.pullcred-system.svc.cluster.local"];

/** How the container of a mode is told of its certificate, and where that is mounted from. */
function servingOf(values: Values): object {
  const pod = render(values).find("Deployment").spec.template.spec;
  const isTls = ({ name }: { name: string }): boolean => name === "tls";
  return {
    args: pod.containers[0].args.filter((arg: string) => /tls|certificate/.test(arg)),
    mounts: pod.containers[0].volumeMounts.filter(isTls),
    volumes: pod.volumes.filter(isTls),
  };
}

/** What a mode in which the certificate comes from this Secret has. */
function servedFrom(secretName: string): object {
  return {
    args: ["--tls-cert=/etc/pullcred/tls/tls.crt", "--tls-key=/etc/pullcred/tls/tls.key"],
    mounts: [{ name: "tls", mountPath: "/etc/pullcred/tls", readOnly: true }],
    volumes: [{ name: "tls", secret: { secretName } }],
  };
}

t.test("self: pullcred keeps everything, and the manifests say nothing of a CA", async (t) => {
  t.same(servingOf({}), { args: ["--manage-certificate"], mounts: [], volumes: [] });
  const chart = render();
  t.same(Object.keys(chart.find(WEBHOOK).webhooks[0].clientConfig), ["service"]);
  t.same(chart.names("Certificate"), []);
  t.same(chart.names("Issuer"), []);
});

t.test("files: the Secret is mounted, and the CA is the one of the values", async (t) => {
  t.same(servingOf(FILES), servedFrom("webhook-tls"));
  const { caBundle } = render(FILES).find(WEBHOOK).webhooks[0].clientConfig;
  t.equal(
    Buffer.from(caBundle, "base64").toString(),
    "-----BEGIN CERTIFICATE-----\nbm90IGEgcmVhbCBjZXJ0aWZpY2F0ZQ==\n-----END CERTIFICATE-----",
  );
});

t.test("cert-manager: its Secret is mounted, and it injects the CA", async (t) => {
  const values = { certificates: { mode: "cert-manager" }, webhook: { annotations: { a: "b" } } };
  t.same(servingOf(values), servedFrom("pullcred-tls"));
  const { metadata, webhooks } = render(values).find(WEBHOOK);
  t.same(metadata.annotations, {
    a: "b",
    "cert-manager.io/inject-ca-from": "pullcred-system/pullcred",
  });
  t.same(Object.keys(webhooks[0].clientConfig), ["service"]);
});

t.test("cert-manager: a CA of the release outlives the certificates that it signs", async (t) => {
  const chart = render({ certificates: { mode: "cert-manager" } });
  const specs = ["Issuer", "Certificate"].flatMap((kind) =>
    chart.names(kind).map((name) => [`${kind} ${name}`, chart.find(kind, name).spec]),
  );
  const issuerRef = { group: "cert-manager.io", kind: "Issuer" };
  const key = { algorithm: "ECDSA", size: 256 };
  t.same(Object.fromEntries(specs), {
    "Issuer pullcred-root": { selfSigned: {} },
    "Certificate pullcred-ca": {
      isCA: true,
      commonName: "pullcred-ca",
      secretName: "pullcred-ca",
      duration: "87600h",
      privateKey: key,
      issuerRef: { ...issuerRef, name: "pullcred-root" },
    },
    "Issuer pullcred": { ca: { secretName: "pullcred-ca" } },
    "Certificate pullcred": {
      secretName: "pullcred-tls",
      dnsNames: DNS_NAMES,
      usages: ["server auth", "digital signature"],
      duration: "2160h",
      privateKey: { ...key, rotationPolicy: "Always" },
      issuerRef: { ...issuerRef, name: "pullcred" },
    },
  });
});

t.test("cert-manager: an issuer of the cluster takes the place of that CA", async (t) => {
  const issuerRef = { name: "platform", kind: "ClusterIssuer" };
  const certManager = { issuerRef, duration: "720h", renewBefore: "240h" };
  const chart = render({ certificates: { mode: "cert-manager", certManager } });
  t.same(chart.names("Issuer"), []);
  t.match(chart.find("Certificate").spec, { issuerRef, duration: "720h", renewBefore: "240h" });
});
