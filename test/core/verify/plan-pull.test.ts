import t from "tap";
import type { Credentials } from "../../../src/core/credential/credentials.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import {
  type KnownCredentials,
  planPull,
  toAnonymousResult,
  toResult,
} from "../../../src/core/verify/plan-pull.ts";
import { createTargetCollector, type Target } from "../../../src/core/verify/target.ts";
import { Verdict } from "../../../src/core/verify/verdict.ts";
import { config } from "../../builders/config.ts";
import { pod } from "../../builders/pod.ts";

const HARBOR = "harbor.example.com";
const compiled = config([
  { name: "a", matchImages: [HARBOR], secretName: "a-pull" },
  { name: "b", matchImages: [`${HARBOR}/shop`], secretName: "b-pull" },
  { name: "always", matchImages: ["always.example.com"], inject: "always" },
]);

function target(image: string, pullSecrets: readonly string[] = []): Target {
  const collector = createTargetCollector(compiled, "pullcred");
  collector.add(pod({ images: [image], pullSecrets }), null);
  const [found] = collector.targets();
  if (found === undefined) throw new Error("no target");
  return found;
}

function holds(...servers: readonly string[]): Credentials {
  return new Map(servers.map((server) => [server, { username: "u", password: new Redacted("p") }]));
}

const MISSING = { verdict: "NoCredential", detail: "there is no Secret" } as const;
const plan = (image: string, known: Record<string, Credentials | typeof MISSING>) =>
  planPull(target(image), new Map(Object.entries(known)) as KnownCredentials);

t.test("credentials are tried in kubelet's order, whichever mapping comes first", async (t) => {
  const { attempts, results, isAnonymous } = plan(`${HARBOR}/shop/app`, {
    a: holds(HARBOR),
    b: holds(`${HARBOR}/shop`, HARBOR),
    always: holds("always.example.com"),
  });
  t.same(
    attempts.map(({ owner, server }) => `${owner.name} ${server}`),
    [`b ${HARBOR}/shop`, `a ${HARBOR}`, `b ${HARBOR}`],
  );
  t.same([results, isAnonymous], [[], false]);
});

t.test("under one key the order of the Pod's own list counts", async (t) => {
  const known = new Map([
    ["a", holds(HARBOR)],
    ["b", holds(HARBOR)],
  ]);
  const rows = [
    [
      ["b-pull", "a-pull"],
      ["b", "a"],
    ],
    [["b-pull"], ["b", "a"]],
    [
      ["a-pull", "b-pull"],
      ["a", "b"],
    ],
    [[], ["a", "b"]],
  ] as const;
  for (const [pullSecrets, expected] of rows) {
    const { attempts } = planPull(target(`${HARBOR}/shop/app`, pullSecrets), known);
    t.same(
      attempts.map(({ owner }) => owner.name),
      expected,
      pullSecrets.join(" "),
    );
  }
});

t.test("a mapping without a credential is a result of its own, and the others are tried", async (t) => {
  const { attempts, results } = plan(`${HARBOR}/shop/app`, { a: MISSING, b: holds(HARBOR), always: MISSING });
  t.same(results, [
    {
      ...{ image: `${HARBOR}/shop/app`, registry: HARBOR, mapping: "a", secretName: "a-pull", key: null },
      ...MISSING,
    },
  ]);
  t.equal(attempts.length, 1, "a mapping for other images makes no difference to this one");
});

t.test("a pull secret without a key for the image is told", async (t) => {
  const { attempts, results, isAnonymous } = plan(`${HARBOR}/app`, {
    a: holds("elsewhere.example.com"),
    always: holds("always.example.com"),
  });
  t.match(results, [
    { mapping: "a", verdict: "NoCredential", detail: /no key of the pull secret is for the image/ },
  ]);
  t.same([attempts, isAnonymous], [[], false]);
});

t.test(
  "an image that no mapping matches is asked for as anybody, unless a key is for it all the same",
  async (t) => {
    t.match(plan("quay.io/app", { always: holds("always.example.com") }), {
      isAnonymous: true,
      attempts: [],
    });
    t.match(plan("quay.io/app", { always: holds("quay.io") }), {
      isAnonymous: false,
      attempts: [{ server: "quay.io" }],
    });
  },
);

t.test("what is no image reference is never asked for", async (t) => {
  t.match(plan("Not Valid", {}), {
    results: [{ image: "Not Valid", registry: null, verdict: "InvalidImage" }],
    attempts: [],
    isAnonymous: false,
  });
});

t.test("a credential that is missing is called so only where no other pull secret may have it", async (t) => {
  const outcome = { verdict: "NoCredential", detail: "the registry wants one" } as const;
  t.match(toAnonymousResult(target("quay.io/app"), outcome), {
    verdict: "NoCredential",
    detail: /no mapping matches/,
  });
  t.match(toAnonymousResult(target("quay.io/app", ["regcred"]), outcome), {
    verdict: "Inconclusive",
    detail: /pull secrets of other hand, which were not tried: regcred/,
  });
  const works = { verdict: "Works", detail: "open" } as const;
  t.match(toAnonymousResult(target("quay.io/app", ["regcred"]), works), works);
});

t.test("whatever refuses an image, the Pod's other pull secrets are told", async (t) => {
  const image = `${HARBOR}/app`;
  const HINT = /; the Pod has pull secrets of other hand, which were not tried: regcred, other$/;
  const [mine, plain] = [target(image, ["regcred", "other"]), target(image)];
  const [entry] = planPull(mine, new Map([["a", holds(HARBOR)]])).attempts;
  if (entry === undefined) throw new Error("no attempt");
  for (const verdict of Object.values(Verdict)) {
    const outcome = { verdict, detail: "so it is" };
    const isRefusal = ["WrongCredentials", "NoPullRight", "NotFound", "NoCredential"].includes(verdict);
    const detail = isRefusal ? HINT : outcome.detail;
    t.match(toResult(mine, entry, outcome), { mapping: "a", verdict, detail }, verdict);
    t.match(toResult(plain, entry, outcome), { mapping: "a", ...outcome }, verdict);
  }
  const unserved: KnownCredentials = new Map([["a", holds("elsewhere.example.com")]]);
  for (const known of [unserved, new Map([["a", MISSING]])]) {
    t.match(planPull(mine, known).results, [{ mapping: "a", verdict: "NoCredential", detail: HINT }]);
    t.notMatch(planPull(plain, known).results[0]?.detail, HINT);
  }
  t.notMatch(planPull(mine, unserved).results[0]?.detail, /would pull without a credential/);
  t.match(
    toAnonymousResult(target("quay.io/app", ["regcred", "other"]), { verdict: "NotFound", detail: "" }),
    {
      verdict: "NotFound",
      detail: HINT,
    },
  );
});

t.test("a key that somebody wrote with a password in it is not shown", async (t) => {
  const server = `https://bob:Tr0ub4dor@${HARBOR}`;
  const { attempts } = plan(`${HARBOR}/app`, { a: holds(server) });
  t.equal(attempts[0]?.server, server);
  for (const entry of attempts) {
    const result = toResult(target(`${HARBOR}/app`), entry, { verdict: "Works", detail: "" });
    t.equal(result.key, `https://${HARBOR}`);
  }
});
