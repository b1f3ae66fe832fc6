import t from "tap";
import { decodeCredentialSecret } from "../../src/core/credential/decode-secret.ts";
import { type KubeObject, type Rendered, readValues, render } from "./lib/render.ts";
import { mapping } from "./lib/values.ts";

const PASSWORD = 's3cret "quoted" <&> ü';

/** The credentials that pullcred reads from a Secret, as `server: user password`. */
function credentialsOf(secret: KubeObject, matchImages: readonly string[]): readonly string[] {
  const decoded = decodeCredentialSecret(secret, matchImages);
  if (!decoded.ok) return decoded.problems.map(({ message }) => message);
  return [...decoded.credentials].map(
    ([server, { username, password }]) => `${server}: ${username} ${password.reveal()}`,
  );
}

function renderSource(credentials: object): Rendered {
  return render({ registries: [mapping("hub", { matchImages: ["a.example.com", "b.io"], credentials })] });
}

t.test("a password without a server is for every pattern", async (t) => {
  const chart = renderSource({ inline: { username: "robot", password: PASSWORD } });
  const secret = chart.find("Secret");
  t.equal(secret.metadata.name, "pullcred-origin-hub");
  t.equal(secret.metadata.namespace, "pullcred-system");
  t.equal(secret.type, "kubernetes.io/basic-auth");
  t.same(credentialsOf(secret, ["a.example.com", "b.io"]), [
    `a.example.com: robot ${PASSWORD}`,
    `b.io: robot ${PASSWORD}`,
  ]);
});

t.test("a password with a server is for that one", async (t) => {
  const server = "https://index.docker.io/v1/";
  const secret = renderSource({ inline: { username: "robot", password: PASSWORD, server } }).find("Secret");
  t.equal(secret.type, "kubernetes.io/dockerconfigjson");
  t.same(credentialsOf(secret, []), [`${server}: robot ${PASSWORD}`]);
  const { auths } = JSON.parse(Buffer.from(secret.data[".dockerconfigjson"], "base64").toString());
  t.same(auths[server], {
    username: "robot",
    password: PASSWORD,
    auth: Buffer.from(`robot:${PASSWORD}`).toString("base64"),
  });
});

t.test("a docker config.json may be a mapping or text", async (t) => {
  const config = { auths: { "a.example.com": { username: "robot", password: PASSWORD } } };
  for (const dockerConfigJson of [config, `${JSON.stringify(config, null, 2)}\n`]) {
    const secret = renderSource({ dockerConfigJson }).find("Secret");
    t.equal(secret.type, "kubernetes.io/dockerconfigjson");
    t.same(JSON.parse(Buffer.from(secret.data[".dockerconfigjson"], "base64").toString()), config);
    t.same(credentialsOf(secret, []), [`a.example.com: robot ${PASSWORD}`]);
  }
});

t.test("base64 that looks like a number stays text", async (t) => {
  const password = "\u04cd4";
  const base64 = Buffer.from(password).toString("base64");
  t.equal(base64, "0400");
  const { data } = renderSource({ inline: { username: password, password } }).find("Secret");
  t.same(data, { username: base64, password: base64 });
});

t.test("no other object holds a credential, and a secretRef makes no Secret", async (t) => {
  const values = readValues("ci/registries-values.yaml");
  const chart = render(values);
  t.same(chart.names("Secret"), ["pullcred-origin-ghcr", "pullcred-origin-hub", "pullcred-origin-quay"]);
  const others = JSON.stringify(chart.objects.filter(({ kind }) => kind !== "Secret"));
  for (const trace of [
    "not-a-real-password",
    Buffer.from("not-a-real-password").toString("base64").slice(0, 20),
  ]) {
    t.notOk(others.includes(trace));
  }
  t.same(render({ registries: [mapping("harbor")] }).names("Secret"), []);
});
