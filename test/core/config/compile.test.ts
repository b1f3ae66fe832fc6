import t from "tap";
import { config } from "../../builders/config.ts";

const compiled = config(
  [
    {
      name: "harbor",
      matchImages: ["harbor.example.com", "*.mirror.example.com/team-a/"],
      secretName: "pull",
    },
    { name: "hub", matchImages: ["docker.io"], inject: "always", namespaces: { include: ["team-*"] } },
  ],
  "eager",
);

t.test("a mapping is ready to be asked", async (t) => {
  const [first] = compiled.mappings;
  if (first === undefined) throw new Error("there is no mapping");
  const { namespaces, patterns, ...mapping } = first;
  t.same(mapping, {
    name: "harbor",
    secretName: "pull",
    matchImages: ["harbor.example.com", "*.mirror.example.com/team-a/"],
    inject: "matching",
    credentials: { secretRef: { name: "harbor-creds" } },
  });
  t.same(
    patterns.map(({ text }) => text),
    mapping.matchImages,
  );
  t.equal(namespaces.allows("kube-system", {}), false);
  t.equal(namespaces.allows("default", {}), true);
});

t.test("an image finds its mappings", async (t) => {
  const find = (repository: string): readonly (readonly [number, string])[] =>
    compiled.index.match(repository).map(({ mapping, pattern }) => [mapping, pattern.text]);
  t.same(find("docker.io/library/nginx"), [[1, "docker.io"]]);
  t.same(find("eu.mirror.example.com/team-a/app"), [[0, "*.mirror.example.com/team-a/"]]);
  t.same(find("quay.io/app"), []);
});

t.test("what holds for all mappings", async (t) => {
  t.equal(compiled.provisioning, "eager");
  t.same(compiled.always, [1]);
});

t.test("nothing can change it", async (t) => {
  t.equal(Object.isFrozen(compiled), true);
  t.equal(Object.isFrozen(compiled.mappings), true);
  t.equal(compiled.mappings.every(Object.isFrozen), true);
});
