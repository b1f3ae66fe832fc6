import t from "tap";
import { configText } from "../../../builders/config.ts";
import { lintLines } from "../lint-lines.ts";

/** The issues of a mapping with this plugin. */
function lint(exec: object, matchImages: readonly string[] = ["reg.example.com"]): readonly string[] {
  const text = configText([
    { name: "a", matchImages, credentials: { exec: { command: "plugin", ...exec } } },
  ]);
  return lintLines(text).map((line) =>
    line.replace(/^c\.yaml:1:\d+: \w+: registries\[0\]\.credentials\.exec\./, ""),
  );
}

t.test("a plugin that has all it needs", async (t) => {
  const env = [{ name: "A", value: "b" }];
  const rows: readonly object[] = [
    {},
    { image: "reg.example.com/app" },
    { args: ["x"], env, passEnv: ["AWS_REGION"], defaultCacheDuration: "0" },
    { apiVersion: "credentialprovider.kubelet.k8s.io/v1beta1", defaultCacheDuration: "1h30m" },
  ];
  for (const exec of rows) t.same(lint(exec), [], JSON.stringify(exec));
  t.same(lint({ image: "eu.example.com/app" }, ["*.example.com"]), []);
  t.same(lint({ image: "acme/app" }, ["docker.io/acme/"]), [], "an image of Docker Hub");
});

t.test("whatever it cannot work with is told", async (t) => {
  const rows: readonly (readonly [object, RegExp])[] = [
    [{ image: "reg.example.com/app:1" }, /^image: must have neither tag nor digest/],
    [{ image: "reg.example.com/app:latest" }, /^image: must have neither tag nor digest/],
    [{ image: "Not Valid" }, /^image: must be an image: invalid reference format/],
    [
      { image: "other.example.com/app" },
      /^image: must be an image that one of the mapping's matchImages matches/,
    ],
    [{ defaultCacheDuration: "1d" }, /^defaultCacheDuration: must be a duration such as/],
    [{ defaultCacheDuration: "-1h" }, /^defaultCacheDuration: must be a duration such as/],
    [{ passEnv: ["A=b"] }, /^passEnv\[0\]: must be the name of an environment variable/],
    [{ env: [{ name: "A" }] }, /^env\[0\]\.value: is missing/],
    [{ apiVersion: "v1" }, /^apiVersion: must be "credentialprovider.kubelet.k8s.io\/v1"/],
    [{ command: "~/plugin" }, /^command: must be the path of a file; "~" is not expanded/],
  ];
  for (const [exec, expected] of rows) {
    const issues = lint(exec);
    t.equal(issues.length, 1, JSON.stringify(exec));
    t.match(issues[0], expected, JSON.stringify(exec));
  }
});

t.test("a pattern with a wildcard needs an image to ask for", async (t) => {
  t.match(lint({}, ["reg.example.com", "*.dkr.ecr.*.amazonaws.com"]), [
    /^image: is missing; .* of "\*\.dkr\.ecr\.\*\.amazonaws\.com" none is known: write one/,
  ]);
});
