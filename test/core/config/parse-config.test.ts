import t from "tap";
import { parseConfig } from "../../../src/core/config/parse-config.ts";
import type { NamespacesConfig } from "../../../src/core/config/schema.ts";
import { configText } from "../../builders/config.ts";
import { mappingWith } from "./lint-lines.ts";

t.test("what is not written has its default", async (t) => {
  t.same(parseConfig(mappingWith([])), {
    ok: true,
    warnings: [],
    config: {
      apiVersion: "pullcred.dev/v1",
      kind: "Config",
      provisioning: "onDemand",
      registries: [
        {
          name: "harbor",
          matchImages: ["harbor.example.com"],
          secretName: "pullcred-harbor",
          inject: "matching",
          namespaces: { include: ["*"], exclude: ["kube-*"], selector: {} },
          credentials: { secretRef: { name: "harbor-creds" } },
        },
      ],
    },
  });
});

t.test("what is written stays as it is", async (t) => {
  const registry = {
    name: "harbor",
    matchImages: ["harbor.example.com", "*.mirror.example.com/team-a/"],
    secretName: "harbor-pull",
    inject: "always",
    namespaces: {
      include: ["team-*"],
      exclude: ["team-x"],
      selector: {
        matchLabels: { tier: "app" },
        matchExpressions: [{ key: "a", operator: "In", values: ["b"] }],
      },
    },
    credentials: { configFile: { path: "/etc/pullcred/config.json" } },
  } as const;
  t.same(parseConfig(configText([registry], "eager")), {
    ok: true,
    warnings: [],
    config: { apiVersion: "pullcred.dev/v1", kind: "Config", provisioning: "eager", registries: [registry] },
  });
});

const NAMESPACES: readonly (readonly [string, NamespacesConfig])[] = [
  ["{}", { include: ["*"], exclude: ["kube-*"], selector: {} }],
  ['{include: ["*"]}', { include: ["*"], exclude: [], selector: {} }],
  ["{include: [a]}", { include: ["a"], exclude: [], selector: {} }],
  ["{exclude: [a]}", { include: ["*"], exclude: ["kube-*", "a"], selector: {} }],
  ["{exclude: []}", { include: ["*"], exclude: ["kube-*"], selector: {} }],
  [
    "{selector: {matchLabels: {a: b}}}",
    { include: ["*"], exclude: ["kube-*"], selector: { matchLabels: { a: "b" } } },
  ],
];

for (const [written, expected] of NAMESPACES) {
  t.test(`namespaces: ${written}`, async (t) => {
    const parsed = parseConfig(mappingWith([`namespaces: ${written}`]));
    t.same(parsed.ok && parsed.config.registries[0]?.namespaces, expected);
  });
}

t.test("a warning refuses nothing", async (t) => {
  const parsed = parseConfig(mappingWith(["matchImages: [index.docker.io]"]));
  t.match(parsed, {
    ok: true,
    warnings: [{ path: "registries[0].matchImages[0]", severity: "warning", line: 6, column: 17 }],
  });
});

t.test("one error refuses the file, and the warnings are listed as well", async (t) => {
  const parsed = parseConfig(mappingWith(["matchImages: [index.docker.io, https://quay.io]"]));
  t.match(parsed, { ok: false, issues: [{ severity: "warning" }, { severity: "error" }] });
});
