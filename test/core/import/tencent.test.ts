import t from "tap";
import { stringify } from "yaml";
import { imported, noteLines } from "../../builders/imported.ts";

const SERVER = "acme.tencentcloudcr.com";
const DOCKER = { username: "100012345678", password: "made-up", server: SERVER };

function pullSecret(spec: object): object {
  return {
    apiVersion: "tcr.tencentcloudcr.com/v1",
    kind: "ImagePullSecret",
    metadata: { name: "tcr-1a2b-vpc" },
    spec: { namespaces: "*", serviceAccounts: "*", docker: DOCKER, ...spec },
  };
}

function command(namespace: string, name: string): string {
  return (
    `kubectl --namespace ${namespace} get secret tcr.ips${name} --output=jsonpath='{.data.\\.dockerconfigjson}' | ` +
    `base64 --decode | kubectl --namespace pullcred create secret generic ${name}-creds ` +
    "--type=kubernetes.io/dockerconfigjson --from-file=.dockerconfigjson=/dev/stdin"
  );
}

t.test(
  "an ImagePullSecret becomes a mapping whose origin is made of what the add-on delivered",
  async (t) => {
    const rows: readonly (readonly [object, readonly string[], string])[] = [
      [{}, ["*"], "default"],
      [{ namespaces: "" }, ["*"], "default"],
      [{ namespaces: "team-a, team-b" }, ["team-a", "team-b"], "team-a"],
      [{ serviceAccounts: "" }, ["*"], "default"],
    ];
    for (const [spec, include, namespace] of rows) {
      const { registries, notes, steps } = imported(stringify(pullSecret(spec)));
      t.same(notes, []);
      t.same(registries, [
        {
          name: "tcr-1a2b-vpc",
          matchImages: [SERVER],
          namespaces: { include },
          credentials: { secretRef: { name: "tcr-1a2b-vpc-creds" } },
        },
      ]);
      t.match(steps, [{ command: command(namespace, "tcr-1a2b-vpc") }]);
    }
  },
);

t.test("the add-on's values say the same, in either form", async (t) => {
  const scope = { name: "tcr-1a2b-public", namespaces: "team-a", serviceAccounts: "*" };
  const flat = { dockerUsername: "1000", dockerPassword: "made-up", dockerServer: SERVER };
  for (const global of [
    { imagePullSecretsCrs: [{ ...scope, type: "docker", ...flat }] },
    { imagePullSecrets: [{ ...scope, docker: DOCKER }] },
  ]) {
    const { registries, notes, steps, yaml } = imported(JSON.stringify({ global: { ...global, hosts: [] } }));
    t.same(notes, []);
    t.match(registries, [
      { name: "tcr-1a2b-public", matchImages: [SERVER], namespaces: { include: ["team-a"] } },
    ]);
    t.match(steps, [{ command: command("team-a", "tcr-1a2b-public") }]);
    t.notMatch(yaml, "made-up");
  }
});

t.test("what cannot be carried over is noted with its place", async (t) => {
  const rows: readonly (readonly [object, RegExp, number])[] = [
    [pullSecret({ serviceAccounts: "builder" }), /spec\.serviceAccounts: every Pod with an image/, 1],
    [pullSecret({ docker: { ...DOCKER, server: "" } }), /spec\.docker\.server: is missing/, 0],
    [
      pullSecret({ docker: { ...DOCKER, server: "https://hub.docker.com" } }),
      /spec\.docker\.server: is not how/,
      0,
    ],
    [pullSecret({ docker: { ...DOCKER, server: "sample" } }), /matchImages\[0\] can match no image/, 0],
    [pullSecret({ docker: { ...DOCKER, password: "" } }), /spec\.docker\.password: is missing/, 1],
    [pullSecret({ docker: null }), /spec\.docker: must be an object/, 0],
    [{ ...pullSecret({}), spec: "x" }, /spec: must be an object/, 0],
    [pullSecret({ namespaces: "team_a" }), /namespaces\.include\[0\] no namespace can match/, 0],
    [pullSecret({ namespaces: ["team-a"] }), /spec\.namespaces: must be text/, 1],
    [
      { global: { imagePullSecretsCrs: [], hosts: [{ domain: "a" }] } },
      /global\.hosts: pullcred does not change/,
      0,
    ],
    [{ global: { imagePullSecretsCrs: "x" } }, /global\.imagePullSecretsCrs: must be a list/, 0],
    [{ global: { imagePullSecretsCrs: ["x"] } }, /global\.imagePullSecretsCrs\[0\]: must be an object/, 0],
  ];
  for (const [value, note, count] of rows) {
    const result = imported(stringify(value));
    t.match(noteLines(result), [note], String(note));
    t.equal(result.notes.length, 1, String(note));
    t.equal(result.registries.length, count, String(note));
    t.notMatch(result.yaml, "made-up");
  }
});
