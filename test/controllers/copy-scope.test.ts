import t from "tap";
import { bareNamespace } from "../../src/core/namespace/namespace.ts";
import { StoreError, StoreErrorCode } from "../../src/core/secret/store-error.ts";
import { config } from "../builders/config.ts";
import { copyWorld, foreign, HARBOR } from "../builders/copies.ts";

const TEAM_A = bareNamespace("team-a");
const TEAM_B = bareNamespace("team-b");

t.test(
  "where the right to a copy went with its role, its removal is left to the garbage collector",
  async (t) => {
    const named = { ...HARBOR, namespaces: { include: ["team-b"] } };
    const selected = {
      ...HARBOR,
      namespaces: { include: ["team-a"], selector: { matchLabels: { x: "y" } } },
    };
    const rows = [
      ["out of the scope", named, StoreErrorCode.Forbidden, 1],
      ["no mapping has the name any more", { ...HARBOR, secretName: "other" }, StoreErrorCode.Forbidden, 1],
      ["in the scope", selected, StoreErrorCode.Forbidden, 3],
      [
        "in a scope that is everywhere",
        { ...HARBOR, namespaces: { include: ["x-*"] } },
        StoreErrorCode.Forbidden,
        3,
      ],
      ["out of the scope, but nobody said that there is no right", named, StoreErrorCode.Unavailable, 3],
    ] as const;
    for (const [name, mapping, code, expected] of rows) {
      const world = copyWorld(t);
      await world.ensurer.ensure(world.mapping(), TEAM_A, false, 1_000);
      await world.settle();
      world.writes.length = 0;
      world.refuseDeleting(new StoreError(code, "no"));
      world.configure(config([mapping]));
      for (let attempt = 0; attempt < 2; attempt++) {
        await world.settle();
        world.clock.advance(60_000);
      }
      await world.flush();
      const removals = world.writes.filter((write) => write === "-team-a/harbor-pull");
      t.equal(Math.min(removals.length, 3), expected, name);
      const errors = world.lines.filter(({ level }) => Number(level) >= 40);
      t.equal(errors.length > 0, expected > 1, name);
    }
  },
);

t.test("where the owner in one namespace has changed, no other copy is looked at", async (t) => {
  const { ensurer, mapping, keeper, settle, results } = copyWorld(t);
  await ensurer.ensure(mapping(), TEAM_A, false, 1_000);
  await ensurer.ensure(mapping(), TEAM_B, false, 1_000);
  await settle();
  const before = results.length;
  keeper.ownerChanged("harbor-pull", "team-b");
  keeper.ownerChanged("harbor-pull", "team-c");
  keeper.ownerChanged("unknown", "team-b");
  await settle();
  t.same(results.slice(before), ["CopyCurrent"]);
  keeper.ownerChanged("harbor-pull");
  await settle();
  t.equal(results.length, before + 3);
  keeper.originChanged("unknown");
  await settle();
  t.equal(results.length, before + 3);
});

t.test("eager provisioning asks for nothing where a mapping is not allowed", async (t) => {
  const { keeper, namespaces, secrets, settle, writes } = copyWorld(t, { provisioning: "eager" });
  const asked: string[] = [];
  const { get } = secrets;
  secrets.get = (namespace, name) => {
    asked.push(namespace);
    return get(namespace, name);
  };
  for (const name of ["team-a", "default"]) namespaces.load(name, bareNamespace(name));
  keeper.configChanged();
  keeper.originChanged("harbor");
  keeper.ownerChanged("harbor-pull", "default");
  await settle();
  t.same([new Set(asked), writes], [new Set(["team-a"]), ["team-a/harbor-pull"]]);
});

t.test("with eager provisioning ours takes the place of a foreign Secret that goes", async (t) => {
  const { keeper, namespaces, secrets, settle, credential, writes } = copyWorld(t, { provisioning: "eager" });
  secrets.load("team-a", "harbor-pull", foreign("team-a"));
  namespaces.load("team-a", TEAM_A);
  keeper.configChanged();
  await settle();
  t.same(writes, []);
  secrets.load("team-a", "harbor-pull", undefined);
  await settle();
  t.equal(credential("team-a"), "one");
});
