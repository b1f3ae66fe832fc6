import fc from "fast-check";
import t from "tap";
import { representativeImage } from "../../../src/core/credential-provider/representative-image.ts";
import { matchesPattern, parseMatchPattern } from "../../../src/core/match/match-pattern.ts";

t.test("an image stands for a pattern that names one registry", async (t) => {
  const rows: readonly (readonly [string, string | null])[] = [
    ["reg.example.com", "reg.example.com/image"],
    ["reg.example.com:5000", "reg.example.com:5000/image"],
    ["localhost:5000/", "localhost:5000/image"],
    ["reg.example.com/team-a/", "reg.example.com/team-a/image"],
    ["reg.example.com/team-a/app", "reg.example.com/team-a/app"],
    ["reg.example.com/team-", "reg.example.com/team-image"],
    ["docker.io/acme/", "docker.io/acme/image"],
    ["docker.io", "docker.io/library/image"],
    ["index.docker.io/acme/", "docker.io/acme/image"],
    ["*.dkr.ecr.*.amazonaws.com", null],
    ["reg[12].example.com", null],
  ];
  for (const [pattern, expected] of rows) t.equal(representativeImage(pattern), expected, pattern);
});

t.test("it is always one that the pattern matches", async (t) => {
  const host = fc.constantFrom("reg.example.com", "docker.io", "a.b:5000", "*.b", "localhost");
  const path = fc.string({ unit: fc.constantFrom("a", "B", "/", "-", ".", "_", "*") });
  fc.assert(
    fc.property(host, path, (host, path) => {
      const text = `${host}/${path}`;
      const image = representativeImage(text);
      const parsed = parseMatchPattern(text);
      return image === null || (parsed.ok && matchesPattern(parsed.pattern, image));
    }),
  );
  t.pass();
});
