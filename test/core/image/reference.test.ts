import t from "tap";
import { parseImageReference, repositoryName } from "../../../src/core/image/reference.ts";
import { readAnswers } from "../../oracle/answers.ts";

const MEGABYTE = 1024 * 1024;

t.test("every answer is distribution/reference's own", async (t) => {
  for (const { text, error, reference } of readAnswers("reference")) {
    const parsed = parseImageReference(text);
    const label = JSON.stringify(text.slice(0, 100));
    if (reference === null) {
      t.same(parsed, { ok: false, error }, label);
      continue;
    }
    const { name, ...fields } = reference;
    t.same(parsed, { ok: true, reference: fields }, label);
    t.equal(parsed.ok && repositoryName(parsed.reference), name, label);
  }
});

t.test("a reference is normalised as the container runtime does it", async (t) => {
  const digest = `sha256:${"0".repeat(64)}`;
  const cases = [
    ["nginx", "docker.io", "library/nginx", "latest", null],
    ["nginx:1.27", "docker.io", "library/nginx", "1.27", null],
    ["acme/app", "docker.io", "acme/app", "latest", null],
    ["docker.io/nginx", "docker.io", "library/nginx", "latest", null],
    ["index.docker.io/acme/app", "docker.io", "acme/app", "latest", null],
    ["localhost/app", "localhost", "app", "latest", null],
    ["localhost:5000", "docker.io", "library/localhost", "5000", null],
    ["Registry/app", "Registry", "app", "latest", null],
    ["REG.example.com:443/app", "REG.example.com:443", "app", "latest", null],
    ["[::1]:5000/app:1", "[::1]:5000", "app", "1", null],
    [`nginx@${digest}`, "docker.io", "library/nginx", null, digest],
    [`nginx:1@${digest}`, "docker.io", "library/nginx", "1", digest],
    // No domain has an underscore, so that all of this is a path and there is no registry.
    ["a_b.example.com/app", "", "a_b.example.com/app", "latest", null],
  ] as const;
  for (const [text, registry, repository, tag, expected] of cases) {
    const reference = { registry, repository, tag, digest: expected };
    t.same(parseImageReference(text), { ok: true, reference }, text);
  }
});

t.test("what is no reference is refused with the reason", async (t) => {
  const cases = [
    ["", "invalid reference format"],
    ["$(IMAGE)", "invalid reference format: repository name (library/$(IMAGE)) must be lowercase"],
    ["https://reg.example.com/app", "invalid reference format"],
    ["nginx:", "invalid reference format"],
    ["reg.example.com/\ud800", "invalid reference format"],
    ["nginx\u0000", "invalid reference format"],
    [
      "0".repeat(64),
      `invalid repository name (${"0".repeat(64)}), cannot specify 64-byte hexadecimal strings`,
    ],
  ] as const;
  for (const [text, error] of cases) t.same(parseImageReference(text), { ok: false, error }, text);
});

t.test("a megabyte is read to the end, whatever they hold", async (t) => {
  const units = [
    "a",
    "a/",
    "a.",
    "a-",
    "-",
    "_",
    ":",
    "@",
    "A",
    "é",
    "\ud800",
    "\u0000",
    "a:",
    "1",
    "[",
    "a_b.",
  ];
  for (const unit of units) {
    const long = unit.repeat(MEGABYTE / unit.length);
    for (const text of [long, `a.b/${long}`, `${long}/a`, `a:${long}`, `a@sha256:${long}`, `[${long}]:1/a`]) {
      const parsed = parseImageReference(text);
      const error = parsed.ok ? "" : parsed.error;
      t.ok(error.length < 500, JSON.stringify(text.slice(0, 20)));
    }
  }
});

t.test("a long host is allowed, a long path is not", async (t) => {
  t.match(parseImageReference(`${"a.".repeat(1000)}com/app`), { ok: true });
  t.match(parseImageReference(`reg.example.com/${"a".repeat(255)}`), { ok: true });
  t.same(parseImageReference(`reg.example.com/${"a".repeat(256)}`), {
    ok: false,
    error: "repository name must not be more than 255 characters",
  });
});
