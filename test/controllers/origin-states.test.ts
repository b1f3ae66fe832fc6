import t from "tap";
import { createMemorySecretStore } from "../../src/adapters/standalone/memory-secret-store.ts";
import { listOriginStates } from "../../src/controllers/origin-states.ts";
import { buildCopy } from "../../src/core/copy/copy.ts";
import type { Origin } from "../../src/core/copy/origin.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import { config } from "../builders/config.ts";
import { MISSING, ready } from "../builders/copies.ts";

const CLOUD = {
  name: "cloud",
  secretName: "cloud-pull",
  credentials: { exec: { command: "cloud" } },
  matchImages: ["a.example.com"],
};
const BROKEN = { kind: "broken", problems: [{ path: "auths", message: "holds no entry" }] } as const;
const OWN = buildCopy(CLOUD, "pullcred", new Redacted("e30="));
const FOREIGN = { ...OWN, metadata: { name: "cloud-pull", namespace: "pullcred" } };

type Row = {
  readonly origin?: Origin;
  readonly trouble?: typeof BROKEN;
  readonly standing?: typeof OWN;
  readonly credentials?: object;
  readonly state: string;
};

t.test("the state of an origin is one of five", async (t) => {
  const rows: readonly (readonly [string, Row])[] = [
    ["usable", { state: "current" }],
    ["missing", { origin: MISSING, state: "missing" }],
    ["broken", { origin: BROKEN, trouble: BROKEN, state: "broken" }],
    ["broken, after a good one", { trouble: BROKEN, state: "kept" }],
    ["written by the leader", { standing: OWN, state: "current" }],
    ["of other hand, where the leader should write", { standing: FOREIGN, state: "foreign" }],
    ["of other hand, and broken", { standing: FOREIGN, origin: BROKEN, trouble: BROKEN, state: "broken" }],
    [
      "of other hand in another namespace, which is no origin",
      { standing: { ...FOREIGN, metadata: { name: "cloud-pull", namespace: "team-a" } }, state: "current" },
    ],
    [
      "of other hand, where no source writes",
      { standing: FOREIGN, credentials: { secretRef: { name: "by-hand" } }, state: "current" },
    ],
  ];
  for (const [name, { origin, trouble, standing, credentials, state }] of rows) {
    const { mappings } = config([{ ...CLOUD, credentials: credentials ?? CLOUD.credentials }]);
    const secrets = createMemorySecretStore();
    if (standing !== undefined) await secrets.apply(standing, undefined);
    const origins = { of: () => origin ?? ready("one"), troubleOf: () => trouble };
    const states = listOriginStates(mappings, { origins, secrets, ownNamespace: "pullcred" });
    t.same(states, [{ registry: "cloud", state }], name);
  }
});
