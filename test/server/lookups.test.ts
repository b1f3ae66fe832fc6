import t from "tap";
import type { NamespaceStore } from "../../src/core/namespace/namespace-store.ts";
import type { MountableSecrets, ServiceAccounts } from "../../src/core/service-account/mountable-secrets.ts";
import { config } from "../builders/config.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";
import { ensuring, startWebhook } from "../builders/webhook.ts";

const TWO = pod({ images: ["harbor.example.com/app", "acme/app"] });

/** An account of which something is known only after asking, and what was asked. */
function accounts(mountable: MountableSecrets): ServiceAccounts & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    peek: () => undefined,
    async get(namespace, name) {
      asked.push(`${namespace}/${name}`);
      return mountable;
    },
  };
}

/** What a test compares of an answer. */
function summarise(body: unknown): unknown {
  const { allowed, patch, warnings, auditAnnotations } = (body as { response: Record<string, unknown> })
    .response;
  const operations = patch === undefined ? [] : JSON.parse(Buffer.from(String(patch), "base64").toString());
  return { allowed, operations, warnings, auditAnnotations };
}

const NOT_ADDED = (name: string): string =>
  `pullcred: Secret ${name} not added: the ServiceAccount enforces mountable secrets and does not list it`;
const addList = (...names: string[]): unknown => [
  { op: "add", path: "/spec/imagePullSecrets", value: names.map((name) => ({ name })) },
];

t.test(
  "a ServiceAccount that enforces its list of pull secrets is obeyed, and the Pod admitted",
  async (t) => {
    const rows: readonly (readonly [string, MountableSecrets, unknown])[] = [
      [
        "one that enforces nothing",
        "any",
        {
          operations: addList("harbor-pull", "hub-pull"),
          warnings: undefined,
          auditAnnotations: { reason: "Injected", secrets: "harbor-pull,hub-pull" },
        },
      ],
      [
        "one that lists some",
        new Set(["hub-pull", "other"]),
        {
          operations: addList("hub-pull"),
          warnings: [NOT_ADDED("harbor-pull")],
          auditAnnotations: { reason: "Injected", secrets: "hub-pull" },
        },
      ],
      [
        "one that lists none",
        new Set<string>(),
        {
          operations: [],
          warnings: [NOT_ADDED("harbor-pull"), NOT_ADDED("hub-pull")],
          auditAnnotations: { reason: "SecretNotMountable", secrets: "" },
        },
      ],
    ];
    for (const [name, mountable, expected] of rows) {
      const written: string[] = [];
      const webhook = await startWebhook(t, {
        serviceAccounts: accounts(mountable),
        ...ensuring(async ({ secretName }) => {
          written.push(secretName);
          return { result: "CopyWritten" };
        }),
      });
      const { body } = await webhook.review(review(TWO));
      t.same(summarise(body), { allowed: true, ...(expected as object) }, name);
      const { secrets } = (expected as { auditAnnotations: { secrets: string } }).auditAnnotations;
      t.equal(written.join(), secrets, `${name}: only what the Pod names is written`);
    }
  },
);

t.test("the account that the Pod names is asked for, else the default one, and none in vain", async (t) => {
  const serviceAccounts = accounts("any");
  const webhook = await startWebhook(t, { serviceAccounts });
  const named = { ...TWO, spec: { ...TWO.spec, serviceAccountName: "builder" } };
  for (const object of [TWO, named, pod({ images: ["quay.io/app"] })]) await webhook.review(review(object));
  await webhook.review(review(pod({ images: ["acme/app"], pullSecrets: ["hub-pull"] })));
  t.same(serviceAccounts.asked, ["team-a/default", "team-a/builder"]);
});

t.test("an account that is known without asking is not asked for", async (t) => {
  const serviceAccounts = { ...accounts("any"), peek: () => new Set(["hub-pull"]) };
  const webhook = await startWebhook(t, { serviceAccounts });
  const { body } = await webhook.review(review(TWO));
  t.match(summarise(body), { auditAnnotations: { secrets: "hub-pull" } });
  t.same(serviceAccounts.asked, []);
});

const never = (): Promise<never> => new Promise(() => undefined);
const HANGING_NAMESPACES: NamespaceStore = {
  peek: () => undefined,
  get: never,
  list: () => [],
  watch: () => () => undefined,
};

t.test("look-ups that hang or fail deny no Pod its pull secrets that nothing can forbid", async (t) => {
  const fail = (): Promise<never> => Promise.reject(new Error("no API server"));
  const rows = [
    ["namespace hangs", { namespaces: HANGING_NAMESPACES }, "could not look up a namespace"],
    [
      "namespace fails",
      { namespaces: { ...HANGING_NAMESPACES, get: fail } },
      "could not look up a namespace",
    ],
    [
      "account hangs",
      { serviceAccounts: { peek: () => undefined, get: never } },
      "could not look up a ServiceAccount",
    ],
    [
      "account fails",
      { serviceAccounts: { peek: () => undefined, get: fail } },
      "could not look up a ServiceAccount",
    ],
  ] as const;
  for (const [name, parts, message] of rows) {
    const webhook = await startWebhook(t, parts);
    const { status, body } = await webhook.send({
      path: "/mutate?timeout=100ms",
      body: JSON.stringify(review(TWO)),
    });
    t.equal(status, 200, name);
    t.match(
      summarise(body),
      { allowed: true, auditAnnotations: { reason: "Injected", secrets: "harbor-pull,hub-pull" } },
      name,
    );
    t.match(webhook.lines, [{ msg: message, namespace: "team-a" }, { msg: "review" }], name);
  }
});

t.test(
  "all that is waited for shares one deadline: what hangs leaves nothing for what follows",
  async (t) => {
    const left: number[] = [];
    const webhook = await startWebhook(t, {
      namespaces: HANGING_NAMESPACES,
      serviceAccounts: { peek: () => undefined, get: never },
      ...ensuring(async (_mapping, _namespace, _dryRun, deadline) => {
        left.push(deadline);
        return { result: "CopyDelayed" };
      }),
    });
    const { body } = await webhook.send({
      path: "/mutate?timeout=200ms",
      body: JSON.stringify(review(TWO)),
    });
    t.match(summarise(body), { allowed: true, operations: addList("harbor-pull", "hub-pull") });
    t.equal(left.length, 2);
    // The namespace alone took the 100 ms; a timer may be early by one.
    t.ok(
      left.every((deadline) => deadline <= 2),
      "nothing is left",
    );
  },
);

t.test("what the labels of a namespace could forbid is not given while they are unknown", async (t) => {
  const known: boolean[] = [];
  const webhook = await startWebhook(t, {
    namespaces: HANGING_NAMESPACES,
    config: () =>
      config([
        { name: "open", matchImages: ["harbor.example.com"], secretName: "harbor-pull" },
        {
          name: "choosy",
          matchImages: ["docker.io/acme/"],
          secretName: "hub-pull",
          namespaces: { selector: { matchExpressions: [{ key: "x", operator: "DoesNotExist" }] } },
        },
      ]),
    ...ensuring(async (_mapping, { isUnknown }) => {
      known.push(!isUnknown);
      return { result: "CopyDelayed" };
    }),
  });
  const { body } = await webhook.send({ path: "/mutate?timeout=100ms", body: JSON.stringify(review(TWO)) });
  t.match(summarise(body), {
    allowed: true,
    operations: addList("harbor-pull"),
    warnings: [
      "pullcred: Secret harbor-pull is not up to date yet: it is being written in the background",
      "pullcred: Secret hub-pull not added: it depends on the namespace's labels, which could not be looked up",
    ],
  });
  t.same(known, [false], "who makes the copy knows that it may be unwanted");
});

t.test("a namespace that is not there has no labels that forbid anything", async (t) => {
  const webhook = await startWebhook(t, {
    namespaces: { ...HANGING_NAMESPACES, get: async () => undefined },
    ...ensuring(async (_mapping, { isUnknown }) => ({ result: isUnknown ? "CopyFailed" : "CopyWritten" })),
  });
  const { body } = await webhook.review(review(TWO));
  t.match(summarise(body), { operations: addList("harbor-pull", "hub-pull"), warnings: undefined });
});
