import t from "tap";
import { bareNamespace } from "../../../src/core/namespace/namespace.ts";
import { decide } from "../../../src/core/policy/decide.ts";
import { findLacks } from "../../../src/core/policy/lacking.ts";
import { config } from "../../builders/config.ts";
import { pod } from "../../builders/pod.ts";

const CONFIG = config([
  { name: "harbor", matchImages: ["harbor.example.com"], secretName: "harbor-pull" },
  { name: "hub", matchImages: ["docker.io"], secretName: "hub-pull" },
  { name: "debug", matchImages: ["debug.example.com"], secretName: "debug-pull", inject: "always" },
]);

t.test(
  "a Pod lacks the pull secrets that it would get now, each with the images that it is for",
  async (t) => {
    const rows: readonly (readonly [string, Parameters<typeof pod>[0], readonly string[]])[] = [
      ["one", { images: ["harbor.example.com/a"] }, ["harbor: harbor.example.com/a", "debug:"]],
      [
        "several, wherever the images stand",
        {
          images: ["harbor.example.com/a", "nginx"],
          initImages: ["harbor.example.com/b"],
          volumeImages: ["harbor.example.com/c"],
        },
        ["harbor: harbor.example.com/a harbor.example.com/b harbor.example.com/c", "hub: nginx", "debug:"],
      ],
      [
        "only what it does not name",
        { images: ["harbor.example.com/a", "nginx"], pullSecrets: ["harbor-pull", "debug-pull"] },
        ["hub: nginx"],
      ],
      ["what every Pod gets", { images: ["quay.io/a"] }, ["debug:"]],
      ["nothing", { images: ["nginx"], pullSecrets: ["hub-pull", "debug-pull"] }, []],
      ["nothing, for it opted out", { images: ["nginx"], labels: { "pullcred.dev/inject": "false" } }, []],
    ];
    for (const [what, parts, expected] of rows) {
      const one = pod(parts);
      const decision = decide(one, bareNamespace("team-a"), "pullcred", CONFIG);
      const lacks = findLacks(one, decision, CONFIG);
      t.same(
        lacks.map(({ mapping, images }) => [`${mapping.name}:`, ...images].join(" ")),
        expected,
        what,
      );
    }
  },
);
