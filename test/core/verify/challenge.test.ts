import t from "tap";
import { parseChallenges } from "../../../src/core/verify/challenge.ts";

type Row = readonly [
  header: string,
  expected: readonly (readonly [string, Readonly<Record<string, string>>])[] | null,
];

t.test("a WWW-Authenticate header is read as RFC 7235 has it", async (t) => {
  const rows: readonly Row[] = [
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      [
        [
          "bearer",
          {
            realm: "https://auth.docker.io/token",
            service: "registry.docker.io",
            scope: "repository:a/b:pull,push",
          },
        ],
      ],
    ],
    ['BASIC Realm="a, b", charset="UTF-8"', [["basic", { realm: "a, b", charset: "UTF-8" }]]],
    ["Basic", [["basic", {}]]],
    ["Basic realm=test", [["basic", { realm: "test" }]]],
    ['Basic realm = "spaced"\t,\tx=y', [["basic", { realm: "spaced", x: "y" }]]],
    ['Basic realm="say \\"hi\\" \\\\"', [["basic", { realm: 'say "hi" \\' }]]],
    ['Basic realm=""', [["basic", { realm: "" }]]],
    ['Basic realm="ä"', [["basic", { realm: "ä" }]]],
    [
      'Negotiate, Basic realm="a", Bearer realm="b",service="c"',
      [
        ["negotiate", {}],
        ["basic", { realm: "a" }],
        ["bearer", { realm: "b", service: "c" }],
      ],
    ],
    [
      'Negotiate YWJj==, Basic realm="a"',
      [
        ["negotiate", {}],
        ["basic", { realm: "a" }],
      ],
    ],
    ["NTLM abc=", [["ntlm", {}]]],
    [', ,Basic realm="a",, ', [["basic", { realm: "a" }]]],
    [
      "Negotiate ,Basic",
      [
        ["negotiate", {}],
        ["basic", {}],
      ],
    ],
    ["", []],
    [" , ", []],
    ["Basic realm", [["basic", {}]]],
    ['Basic realm="a" service="b"', null],
    ['Basic realm="a', null],
    ['Basic realm="a\\', null],
    ['Basic realm="a\u0001"', null],
    ["Basic realm=", [["basic", {}]]],
    ["Basic realm=,", [["basic", {}]]],
    ["Basic a=b, realm=", null],
    ['Basic realm="a", realm="b"', null],
    ['realm="a"', null],
    ["Bearer realm=https://auth.example.com/token", null],
    ['"Basic"', null],
    ["Basic realm=a/b", null],
    ["Negotiate YWJj x", null],
    ['Negotiate, realm="a"', null],
  ];
  for (const [header, expected] of rows) {
    const challenges = parseChallenges(header);
    const found =
      challenges?.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]) ?? null;
    t.same(found, expected, JSON.stringify(header));
  }
});

t.test("a parameter's name may be that of an object's property", async (t) => {
  const [challenge] = parseChallenges('Basic __proto__="a", constructor=b') ?? [];
  t.same(
    [...(challenge?.parameters ?? [])],
    [
      ["__proto__", "a"],
      ["constructor", "b"],
    ],
  );
});
