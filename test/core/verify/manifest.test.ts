import t from "tap";
import { ACCEPTED_TYPES, isManifest } from "../../../src/core/verify/manifest.ts";

t.test("a manifest is told by its digest, or its type", async (t) => {
  const digest = `sha256:${"a".repeat(64)}`;
  const rows = [
    [undefined, digest, true],
    ["text/html", digest, true],
    ["application/vnd.docker.distribution.manifest.v2+json", undefined, true],
    ["application/vnd.docker.distribution.manifest.list.v2+json", undefined, true],
    ["application/vnd.oci.image.manifest.v1+json", undefined, true],
    ["Application/vnd.oci.image.index.v1+json ; charset=utf-8", undefined, true],
    ["text/html; charset=utf-8", undefined, false],
    ["application/json", undefined, false],
    [undefined, undefined, false],
    [undefined, "", false],
    [undefined, "sha256:short", false],
    [undefined, `sha256:${"z".repeat(64)}`, false],
    ["*/*", undefined, false],
  ] as const;
  for (const [contentType, digest, expected] of rows) {
    t.equal(isManifest({ contentType, digest }), expected, `${contentType} ${digest}`);
  }
});

t.test("every type that is taken is asked for, and any other, as containerd does", async (t) => {
  for (const type of ACCEPTED_TYPES.split(", ").slice(0, -1)) {
    t.ok(isManifest({ contentType: type, digest: undefined }), type);
  }
  t.match(ACCEPTED_TYPES, /, \*\/\*$/);
});
