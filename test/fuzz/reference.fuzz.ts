import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { type ImageReference, parseImageReference, repositoryName } from "../../src/core/image/reference.ts";
import { anyText, imageText } from "./image-arbitraries.ts";
import { numRuns } from "./runs.ts";

const text = fc.oneof(imageText, anyText);

t.test("parsing never throws, and an error is short", async () => {
  fc.assert(
    fc.property(text, (text) => {
      const parsed = parseImageReference(text);
      return parsed.ok || (parsed.error.length > 0 && parsed.error.length < 500);
    }),
    { numRuns },
  );
});

t.test("a rendered reference parses to itself", async () => {
  fc.assert(
    fc.property(text, (text) => {
      const parsed = parseImageReference(text);
      if (parsed.ok) deepStrictEqual(parseImageReference(render(parsed.reference)), parsed);
    }),
    { numRuns },
  );
});

t.test("what parses is in normal form", async () => {
  fc.assert(
    fc.property(text, (text) => {
      const parsed = parseImageReference(text);
      if (!parsed.ok) return true;
      const { registry, repository, tag, digest } = parsed.reference;
      return (
        registry !== "index.docker.io" &&
        (registry !== "docker.io" || repository.includes("/")) &&
        /^[a-z0-9._/-]{1,255}$/.test(repository) &&
        (tag !== null || digest !== null)
      );
    }),
    { numRuns },
  );
});

function render(reference: ImageReference): string {
  const tag = reference.tag === null ? "" : `:${reference.tag}`;
  const digest = reference.digest === null ? "" : `@${reference.digest}`;
  return `${repositoryName(reference)}${tag}${digest}`;
}
