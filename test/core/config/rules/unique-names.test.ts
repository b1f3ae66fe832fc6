import t from "tap";
import { configText } from "../../../builders/config.ts";
import { lintLines } from "../lint-lines.ts";

const matchImages = ["harbor.example.com"];

/** The issues without their place, because `configText` writes one line. */
function lint(registries: Parameters<typeof configText>[0]): readonly string[] {
  return lintLines(configText(registries)).map((line) => line.replace(/^c\.yaml:1:\d+: /, ""));
}

t.test("two mappings of one name", async (t) => {
  t.same(
    lint([
      { name: "a", matchImages },
      { name: "b", matchImages },
      { name: "a", matchImages },
    ]),
    ['error: registries[2].name: "a" is already the name of registries[0]; give each its own'],
  );
});

t.test("two mappings of one Secret", async (t) => {
  t.same(
    lint([
      { name: "a", matchImages, secretName: "s" },
      { name: "b", matchImages, secretName: "s" },
    ]),
    ['error: registries[1].secretName: "s" is already the secretName of registries[0]; give each its own'],
  );
});

t.test("a Secret that another mapping has by default", async (t) => {
  t.same(
    lint([
      { name: "a", matchImages },
      { name: "b", matchImages, secretName: "pullcred-a" },
    ]),
    [
      'error: registries[1].secretName: "pullcred-a" is already the secretName of registries[0]; give each its own',
    ],
  );
});

t.test("an error elsewhere does not hide it", async (t) => {
  t.same(
    lint([
      { name: "a", matchImages, credentials: {} },
      { name: "a", matchImages: [] },
    ]),
    [
      "error: registries[0].credentials: must be a mapping with exactly one of secretRef, configFile, exec, ecr, ecrPublic, gar, azure, alibaba or tencent; it has none",
      'error: registries[1].name: "a" is already the name of registries[0]; give each its own',
      "error: registries[1].matchImages: must be a list of image patterns; it has no item",
    ],
  );
});

t.test("two mappings of the same images, and a Secret named like a secretRef, are fine", async (t) => {
  const credentials = { secretRef: { name: "shared" } };
  t.same(
    lint([
      { name: "a", matchImages, secretName: "shared", credentials },
      { name: "b", matchImages, credentials },
    ]),
    [],
  );
});
