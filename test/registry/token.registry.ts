// verify at a real registry whose token service says who may do what.
import t from "tap";
import { verdicts, verifyFolder } from "../builders/verify-folder.ts";
import { startTokenRegistry } from "./lib/token-registry.ts";

const registry = await startTokenRegistry({
  robot: { password: "right-password", rights: { "shop/app": ["pull"] } },
  tools: { password: "tools-password", rights: { "tools/app": ["pull"] } },
});
t.teardown(() => registry.stop());
const shop = await registry.push("shop/app");
const tools = await registry.push("tools/app");
const HUB = { name: "hub", matchImages: [registry.host] };
const LOGIN = { [registry.host]: "robot:right-password" };

/** What somebody asks the token service for meanwhile. */
async function whatIsAsked(act: () => Promise<unknown>): Promise<readonly object[]> {
  const before = registry.tokenRequests.length;
  await act();
  return registry.tokenRequests.slice(before);
}

t.test("verdicts are told apart by what the token service and the registry say", async (t) => {
  const rows = [
    ["robot:right-password", shop, "Works", /gave the manifest/, 0],
    [
      "robot:wrong-password",
      shop,
      "WrongCredentials",
      /the token service .* refuses the credential \(401\)/,
      1,
    ],
    ["robot:right-password", tools, "NoPullRight", /knows the credential and refuses the image \(401\)/, 1],
    ["robot:right-password", `${registry.host}/shop/app:2`, "NotFound", /has no such image/, 1],
    [
      "robot:right-password",
      `${registry.host}/none/app:1`,
      "NoPullRight",
      /or there is no such repository/,
      1,
    ],
  ] as const;
  for (const [login, image, verdict, detail, expected] of rows) {
    const folder = verifyFolder(t, [HUB], registry.ca);
    folder.login("hub", { [registry.host]: login });
    const { code, results } = await folder.verify([image]);
    t.match(results, [{ image, verdict, detail }], `${login} for ${image}`);
    t.equal(code, expected);
  }
});

t.test(
  "a token is asked for with the scope of a pull, and once without to know the credential",
  async (t) => {
    const folder = verifyFolder(t, [HUB], registry.ca);
    folder.login("hub", LOGIN);
    t.same(await whatIsAsked(() => folder.verify([shop])), [
      { user: "robot", scopes: [], status: 200 },
      { user: "robot", scopes: ["repository:shop/app:pull"], status: 200 },
    ]);
  },
);

t.test("a wrong credential is tried once, however many images there are", async (t) => {
  const folder = verifyFolder(t, [HUB], registry.ca);
  folder.login("hub", { [registry.host]: "robot:wrong-password" });
  const images = Array.from({ length: 40 }, (_, index) => `${registry.host}/shop/app:${index}`);
  const asked = await whatIsAsked(async () => {
    t.same(new Set(verdicts(await folder.verify(images))), new Set(["WrongCredentials"]));
  });
  t.same(asked, [{ user: "robot", scopes: [], status: 401 }]);
});

t.test("robots for one repository each are fine beside each other, as kubelet tries both", async (t) => {
  const folder = verifyFolder(t, [HUB, { name: "tools", matchImages: [registry.host] }], registry.ca);
  folder.login("hub", LOGIN);
  folder.login("tools", { [registry.host]: "tools:tools-password" });
  const { code, results } = await folder.verify([shop, tools]);
  t.match(results, [
    { image: shop, mapping: "hub", verdict: "Works" },
    {
      image: tools,
      mapping: "tools",
      verdict: "Works",
      detail: /tries before it: pullcred-hub .* \(NoPullRight\)/,
    },
  ]);
  t.same([results.length, code], [2, 0]);
  const neither = await folder.verify([`${registry.host}/third/app`]);
  t.same(verdicts(neither), ["NoPullRight", "NoPullRight"]);
});

t.test("without an image the credential alone is tried, by a token that the registry accepts", async (t) => {
  const folder = verifyFolder(t, [HUB], registry.ca);
  folder.login("hub", LOGIN);
  const { code, results } = await folder.verify([]);
  t.match(results, [{ image: null, registry: registry.host, verdict: "Works", detail: /no pull was tried/ }]);
  t.equal(code, 0);
});
