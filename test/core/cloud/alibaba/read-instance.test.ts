import t from "tap";
import { findInstanceId, readDomains } from "../../../../src/core/cloud/alibaba/read-instance.ts";

t.test("only hosts become keys of a docker config, each once", async (t) => {
  const domains = (...names: readonly unknown[]) => ({ Domains: names.map((Domain) => ({ Domain })) });
  const Endpoints = [
    domains("a.example", "b.example:65001", "A.example"),
    { ...domains("a.example"), Enable: true },
    { ...domains("off.example"), Enable: false },
    domains("https://c.example", "d.example/path", "e.example\n", '"', "", null, 7),
    { Domains: "f.example" },
    null,
    "g.example",
  ];
  t.same(readDomains({ Endpoints }), ["a.example", "b.example:65001", "A.example"]);
  t.same(readDomains({}), []);
  t.same(readDomains({ Endpoints: "none" }), []);
});

t.test("an instance is the one with exactly the name", async (t) => {
  const Instances = [
    { InstanceName: "acme-old", InstanceId: "cri-1" },
    { InstanceName: "acme", InstanceId: "cri-2" },
    { InstanceName: "odd" },
    null,
  ];
  t.equal(findInstanceId({ Instances }, "acme"), "cri-2");
  t.equal(findInstanceId({ Instances }, "odd"), undefined);
  t.equal(findInstanceId({ Instances }, "other"), undefined);
  t.equal(findInstanceId({}, "acme"), undefined);
});
