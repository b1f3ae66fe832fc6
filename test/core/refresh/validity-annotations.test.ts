import t from "tap";
import { buildCopy } from "../../../src/core/copy/copy.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import { readExpiry, readValidity, toAnnotations } from "../../../src/core/refresh/validity-annotations.ts";
import type { Secret } from "../../../src/core/secret/secret.ts";

const HARBOR = { name: "harbor", secretName: "harbor-pull" };
const VALIDITY = { expiresAt: Date.UTC(2026, 0, 1, 1), renewAt: Date.UTC(2026, 0, 1, 0, 30) };
const ANNOTATIONS = toAnnotations(VALIDITY, "abc");
const ORIGIN = buildCopy(HARBOR, "pullcred", new Redacted("e30="), undefined, ANNOTATIONS);

function annotated(annotations: Readonly<Record<string, string>>): Secret {
  return { ...ORIGIN, metadata: { ...ORIGIN.metadata, annotations: { ...ANNOTATIONS, ...annotations } } };
}

t.test("people can read them", async (t) => {
  t.same(ANNOTATIONS, {
    "pullcred.dev/expires": "2026-01-01T01:00:00.000Z",
    "pullcred.dev/renew": "2026-01-01T00:30:00.000Z",
    "pullcred.dev/source": "abc",
  });
});

t.test("what an origin says of itself is relied on only where it can be", async (t) => {
  const { annotations: _, ...bare } = ORIGIN.metadata;
  const { labels: __, ...unlabelled } = ORIGIN.metadata;
  const rows: readonly (readonly [string, Secret, unknown])[] = [
    ["as it was written", ORIGIN, VALIDITY],
    ["without annotations", { ...ORIGIN, metadata: bare }, undefined],
    ["of another source", annotated({ "pullcred.dev/source": "abd" }), undefined],
    ["not a time", annotated({ "pullcred.dev/expires": "soon" }), undefined],
    ["no renewal", annotated({ "pullcred.dev/renew": "" }), undefined],
    ["renewed after its end", annotated({ "pullcred.dev/renew": "2026-01-02T00:00:00.000Z" }), undefined],
    ["somebody else's Secret", { ...ORIGIN, metadata: unlabelled }, undefined],
    [
      "another mapping's",
      buildCopy({ ...HARBOR, name: "hub" }, "pullcred", new Redacted("e30="), undefined, ANNOTATIONS),
      undefined,
    ],
  ];
  for (const [name, secret, expected] of rows) t.same(readValidity(secret, HARBOR, "abc"), expected, name);
});

t.test("when the credential ends can be read by whoever does not know the source", async (t) => {
  const { labels: _, ...unlabelled } = ORIGIN.metadata;
  const rows: readonly (readonly [string, Secret, number | undefined])[] = [
    ["as it was written", ORIGIN, VALIDITY.expiresAt],
    ["of another source", annotated({ "pullcred.dev/source": "abd" }), VALIDITY.expiresAt],
    ["without an end", buildCopy(HARBOR, "pullcred", new Redacted("e30=")), undefined],
    ["not a time", annotated({ "pullcred.dev/expires": "soon" }), undefined],
    ["somebody else's Secret", { ...ORIGIN, metadata: unlabelled }, undefined],
  ];
  for (const [name, secret, expected] of rows) t.equal(readExpiry(secret, HARBOR), expected, name);
});
