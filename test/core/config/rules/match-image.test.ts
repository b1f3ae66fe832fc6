import t from "tap";
import { checkMatchImage } from "../../../../src/core/config/rules/match-image.ts";

const HOLDS_CREDENTIAL =
  'error: must have no "@"; if it is a user name or password, no credential may stand in this file: use ' +
  "credentials.secretRef";

const ROWS: readonly (readonly [string, readonly string[]])[] = [
  ["harbor.example.com", []],
  ["harbor.example.com:5000/team-a/", []],
  ["*.dkr.ecr.*.amazonaws.com", []],
  ["docker.io", []],
  ["docker.io/library/nginx", []],
  ["docker.io/example-org/", []],
  ["localhost:5000", []],

  ["https://harbor.example.com", ['error: must not have a scheme: write "harbor.example.com"']],
  [
    "https://index.docker.io/v1/",
    ["a scheme", "the path of the registry's API"].map(
      (part) => `error: must not have ${part}: write "docker.io"`,
    ),
  ],
  ["harbor.example.com/app:1.27", ['error: must not have a tag: write "harbor.example.com/app"']],
  ["harbor.example.com:5000/app:1", ['error: must not have a tag: write "harbor.example.com:5000/app"']],
  ["nginx:latest", ['error: must not have a tag: write "docker.io/library/nginx"']],
  ["acme/app:v1", ['error: must not have a tag: write "docker.io/acme/app"']],
  ["harbor.example.com/app@sha256:0123", ['error: must not have a digest: write "harbor.example.com/app"']],
  [
    "docker://harbor.example.com/app:1@sha256:0123",
    ["a digest", "a scheme", "a tag"].map(
      (part) => `error: must not have ${part}: write "harbor.example.com/app"`,
    ),
  ],
  [
    "harbor-?.example.com",
    ['error: must have no "?" and "#", because kubelet ignores what follows; the only wildcard is "*"'],
  ],
  ["harbor.example.com, quay.io", ["error: must have no spaces; write one pattern for each item"]],
  ["https://user:hunter2@harbor.example.com", [HOLDS_CREDENTIAL]],
  ["user:hunter2@harbor.example.com/app@sha256:0123", [HOLDS_CREDENTIAL]],

  [
    "docker.io/nginx",
    [
      'warning: matches every organisation whose name starts with "nginx"; the organisation alone is ' +
        '"docker.io/nginx/", and an official image is "docker.io/library/nginx"',
    ],
  ],
  ["index.docker.io", ['warning: is read as "docker.io", as in an image: write that']],
  [
    "registry-1.docker.io",
    [
      "warning: matches only images that name registry-1.docker.io themselves; every other image of Docker Hub is " +
        '"docker.io/…"',
    ],
  ],
  ["**.example.com", ['warning: has "**", which is the same as "*": it does not match a dot']],
  [
    "Harbor.example.com",
    ["warning: matches only images whose host is written in the same upper and lower case"],
  ],
  [
    "harbor.example.com:443",
    ['warning: matches only images that write ":443"; without the port it matches those that do not'],
  ],
];

for (const [pattern, expected] of ROWS) {
  t.test(`${pattern}: ${expected.length === 0 ? "nothing to say" : expected.join("; ")}`, async (t) =>
    t.same(
      checkMatchImage(pattern).map(({ severity, message }) => `${severity}: ${message}`),
      expected,
    ),
  );
}

t.test("a pattern that no image can match is an error", async (t) => {
  for (const pattern of [
    "harbor.example.com/team-*",
    "nginx",
    "harbor.example.com:*",
    "harbor.example.com/Team",
  ]) {
    const remarks = checkMatchImage(pattern);
    t.same(
      remarks.map(({ severity }) => severity),
      ["error"],
      pattern,
    );
  }
});

t.test("a lone * is at least a warning", async (t) => t.not(checkMatchImage("*").length, 0));
