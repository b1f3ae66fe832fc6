import t from "tap";
import {
  limitWarnings,
  warnCopy,
  warnForbidden,
  warnUnreadable,
} from "../../../src/core/admission/warnings.ts";
import { CopyResult } from "../../../src/core/copy/copy-result.ts";

const WITH_WARNING = new Set<CopyResult>([
  CopyResult.Foreign,
  CopyResult.NoCredential,
  CopyResult.Withdrawn,
  CopyResult.Failed,
  CopyResult.Delayed,
]);

t.test("a warning stands for each result that may keep the Pod from pulling, and for no other", async (t) => {
  for (const result of Object.values(CopyResult)) {
    t.equal(warnCopy(result, "harbor", "harbor-pull") !== null, WITH_WARNING.has(result), result);
  }
});

t.test("warnings with ordinary names keep to the 120 characters that the API server asks for", async (t) => {
  for (const result of WITH_WARNING) {
    t.ok((warnCopy(result, "harbor", "pullcred-harbor") ?? "").length <= 120, result);
  }
  t.ok(warnUnreadable(["spec.initContainers[12].image"]).every(({ length }) => length <= 120));
  t.ok(warnForbidden("pullcred-harbor").length <= 120);
});

t.test("warnings with the longest names keep to the 256 characters that the API server keeps", async (t) => {
  for (const result of WITH_WARNING) {
    t.ok((warnCopy(result, "r".repeat(63), "s".repeat(253)) ?? "").length <= 256, result);
  }
  t.ok(warnForbidden("s".repeat(253)).length <= 256);
});

t.test("ten thousand images that are no references come to four warnings", async (t) => {
  const places = Array.from({ length: 10_000 }, (_, index) => `spec.containers[${index}].image`);
  const warnings = warnUnreadable(places);
  t.equal(warnings.length, 4);
  t.match(warnings.at(-1), /9997 more/);
});

t.test("a pull secret that could not be added is named, with the reason", async (t) => {
  t.match(warnForbidden("hub-pull"), /Secret hub-pull not added: the ServiceAccount enforces/);
});

t.test("warnings of a Pod with many registries come to less than the API server keeps of all", async (t) => {
  const many = Array.from({ length: 60 }, (_, index) => warnForbidden(`pullcred-${index}`));
  const limited = limitWarnings(many);
  t.ok(limited.join("").length <= 4_096);
  t.same(limited.slice(0, -1), many.slice(0, limited.length - 1), "the first ones, in order");
  t.equal(limited.at(-1), `pullcred: ${many.length - limited.length + 1} more warnings, see pullcred's log`);
});

t.test("a few warnings are all shown", async (t) => {
  const few = ["a", "b", "c"];
  t.same(limitWarnings(few), few);
  t.same(limitWarnings([]), []);
});
