import t from "tap";
import { config, configText } from "../../../builders/config.ts";
import { lintLines } from "../lint-lines.ts";

/** The issues of a mapping without its place, because `configText` writes one line. */
function lint(mapping: Omit<Parameters<typeof configText>[0][number], "name">): readonly string[] {
  return lintLines(configText([{ name: "a", ...mapping }])).map((line) =>
    line.replace(/^c\.yaml:1:\d+: /, ""),
  );
}

t.test("patterns have to be written where the credentials don't tell their registry", async (t) => {
  const missing = ["error: registries[0].matchImages: is missing; it must be a list of image patterns"];
  const rows: readonly (readonly [string, object, readonly string[]])[] = [
    ["a Secret", { secretRef: { name: "x" } }, missing],
    ["a file", { configFile: { path: "/x" } }, missing],
    ["a plugin", { exec: { command: "x" } }, missing],
    [
      "an instance that is known by its ID only",
      { alibaba: { region: "cn-hangzhou", instanceId: "cri-a" } },
      missing,
    ],
    ["a cloud's registry", { alibaba: { region: "cn-hangzhou", instanceName: "acme" } }, []],
    ["all of a region", { ecr: { region: "eu-central-1" } }, []],
    ["the one that there is", { ecrPublic: {} }, []],
  ];
  for (const [name, credentials, expected] of rows) t.same(lint({ credentials }), expected, name);
});

t.test("credentials that are wrong are mended first", async (t) => {
  const [issue, ...others] = lint({ credentials: { ecr: { regoin: "eu-central-1" } } });
  t.match(issue, /region/);
  t.notMatch(others.join(), "matchImages");
});

t.test("what the credentials tell is in force as if it were written", async (t) => {
  const { mappings } = config([{ name: "a", credentials: { ecrPublic: {} } }]);
  t.same(mappings[0]?.matchImages, ["public.ecr.aws", "ecr-public.aws.com"]);
  const written = config([
    { name: "a", matchImages: ["public.ecr.aws/acme/"], credentials: { ecrPublic: {} } },
  ]);
  t.same(written.mappings[0]?.matchImages, ["public.ecr.aws/acme/"]);
});
