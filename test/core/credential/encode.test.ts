import t from "tap";
import { credentialsForPatterns } from "../../../src/core/credential/basic-auth.ts";
import type { Credentials } from "../../../src/core/credential/credentials.ts";
import { decodeDockerConfigJson } from "../../../src/core/credential/docker-config.ts";
import { encodeDockerConfigJson } from "../../../src/core/credential/encode.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";

function credentials(servers: readonly string[], username = "user"): Credentials {
  return new Map(servers.map((server) => [server, { username, password: new Redacted("pa:ss") }]));
}

t.test("the document is what kubectl create secret docker-registry makes", async (t) => {
  const auth = Buffer.from("user:pa:ss").toString("base64");
  t.equal(
    encodeDockerConfigJson(credentials(["reg.example.com"])).reveal(),
    `{"auths":{"reg.example.com":{"username":"user","password":"pa:ss","auth":"${auth}"}}}`,
  );
});

t.test("keys keep their order, whatever they are", async (t) => {
  const servers = ["b", "10", "__proto__", "9", 'quo"te'];
  const decoded = decodeDockerConfigJson(encodeDockerConfigJson(credentials(servers)).reveal());
  t.ok(decoded.ok && servers.every((server) => decoded.credentials.has(server)));
});

t.test("a username with a colon survives", async (t) => {
  const decoded = decodeDockerConfigJson(encodeDockerConfigJson(credentials(["a"], "u:v")).reveal());
  t.equal(decoded.ok && decoded.credentials.get("a")?.username, "u:v");
});

t.test("an email is kept, because kubelet's hash covers it", async (t) => {
  const text = '{"auths":{"a":{"username":"u","password":"p","email":"e@example.com","auth":"dTpw"}}}';
  const decoded = decodeDockerConfigJson(text);
  t.equal(decoded.ok && encodeDockerConfigJson(decoded.credentials).reveal(), text);
});

t.test("a username and password are for every pattern of the mapping", async (t) => {
  const made = credentialsForPatterns("u", new Redacted("p"), ["reg.example.com", "index.docker.io/acme"]);
  t.same([...made.keys()], ["reg.example.com", "docker.io/acme"]);
});
