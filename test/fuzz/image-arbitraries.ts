import fc from "fast-check";

const word = fc.constantFrom("a", "b1", "team", "library", "v1", "0", "x".repeat(40));
const separator = fc.constantFrom(".", "_", "__", "-", "---");
const component = fc
  .array(fc.tuple(separator, word), { maxLength: 2 })
  .chain((rest) => word.map((first) => first + rest.flat().join("")));
const path = fc.array(component, { minLength: 1, maxLength: 3 }).map((components) => components.join("/"));

const label = fc.constantFrom(
  "a",
  "A",
  "1",
  "f",
  "reg",
  "Reg",
  "r-1",
  "b--c",
  "example",
  "com",
  "docker",
  "io",
  "index",
);
const port = fc.constantFrom("", "", ":5000", ":443", ":0", ":05000");
const domain = fc.oneof(
  fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join(".")),
  fc.constantFrom("docker.io", "index.docker.io", "localhost", "A", "Reg", "1A", "1.2.3.4"),
);
const ipv6 = fc.constantFrom("[::1]", "[FE80::1]", "[1:2:3:4:5:6:7:8]", "[zz]", "[1:2]");
const registry = fc.oneof(
  fc.tuple(domain, port).map((parts) => parts.join("")),
  fc.tuple(label, fc.constantFrom(":5000", ":443")).map((parts) => parts.join("")),
  fc.tuple(ipv6, port).map((parts) => parts.join("")),
  fc.constantFrom("a_b.example.com", "a__b.c", "1_0.0"), // no domains, and yet hosts to kubelet
);
const hexadecimal = fc.constantFrom("sha256:", "sha384:", "sha512:").map((algorithm) => {
  const digits = Number(algorithm.slice(3, 6)) / 4;
  return `${algorithm}${"0123456789abcdef".repeat(8).slice(0, digits)}`;
});

/** Texts of which nearly all are valid image references, of every form that the grammar has. */
export const imageText = fc
  .record({
    registry: fc.option(registry),
    path,
    tag: fc.option(fc.constantFrom("1", "latest", "v1.2-rc_3", "A")),
    digest: fc.option(hexadecimal),
  })
  .map(
    ({ registry, path, tag, digest }) =>
      `${registry === null ? "" : `${registry}/`}${path}${tag === null ? "" : `:${tag}`}${digest === null ? "" : `@${digest}`}`,
  );

const piece = fc.constantFrom(
  ..."abAB019.-_:/@#?*[]^\\%+!~ \u0000\n",
  ...[
    "//",
    "..",
    "::",
    "%25",
    "%5B",
    "%41",
    "[::1]",
    ":5000",
    "docker.io",
    "index.docker.io",
    "library/",
    "a.b/",
  ],
  ...[
    "sha256:",
    "https://",
    "localhost",
    "*.",
    "é",
    "İ",
    "K",
    "\ud800",
    "🐳",
    "0".repeat(32),
    "x".repeat(250),
  ],
);

/** Texts of the pieces that mean something somewhere, in any order. */
export const soup = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));

/** Anything that a JavaScript string can be. */
export const anyText = fc.oneof(soup, fc.string({ unit: "binary" }), fc.string());

/** Texts that look like patterns of `matchImages`, some of them broken. */
export const patternText = fc.oneof(
  soup,
  fc
    .record({
      labels: fc.array(
        fc.oneof(label, fc.constantFrom("*", "a*", "*g", "r*g", "*-*", "*_*", "a_b", "", "-a", "**")),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
      port: fc.oneof(port, fc.constantFrom(":", ":a")),
      path: fc.oneof(
        fc.constant(""),
        fc.constantFrom("/", "//", "/A", "/a*", "/team", "/a-", "/-", "/a___"),
        path.map((p) => `/${p}`),
      ),
    })
    .map(({ labels, port, path }) => `${labels.join(".")}${port}${path}`),
);
