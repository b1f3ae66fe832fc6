import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { watchFile } from "../../../src/adapters/files/watch-file.ts";
import { eventually } from "../../builders/eventually.ts";

/** Watches a file and resolves once it was told as changed, changing it again and again until then. */
async function expectChange(t: Test, path: string, change: (attempt: number) => void): Promise<void> {
  let attempt = 0;
  let stop: () => void = () => undefined;
  const changed = new Promise<void>((resolve) => {
    stop = watchFile(path, resolve);
  });
  // The first change may come before the watch has looked at what was there.
  const again = setInterval(() => change(attempt++), 100);
  await changed;
  clearInterval(again);
  stop();
  t.pass("the change was told");
}

t.test("a file that is written anew", async (t) => {
  const path = join(t.testdir({ file: "0" }), "file");
  await expectChange(t, path, (attempt) => writeFileSync(path, `content ${attempt}`));
});

t.test("a file that another is renamed over, as editors do", async (t) => {
  const folder = t.testdir({ file: "0" });
  await expectChange(t, join(folder, "file"), (attempt) => {
    writeFileSync(join(folder, "draft"), `content ${attempt}`);
    renameSync(join(folder, "draft"), join(folder, "file"));
  });
});

t.test("a mount whose link is swapped, as kubelet does", async (t) => {
  const folder = t.testdir({ first: { file: "0" } });
  symlinkSync("first", join(folder, "..data"));
  symlinkSync(join("..data", "file"), join(folder, "file"));
  await expectChange(t, join(folder, "file"), (attempt) => {
    mkdirSync(join(folder, `next-${attempt}`));
    writeFileSync(join(folder, `next-${attempt}`, "file"), `content ${attempt}`);
    symlinkSync(`next-${attempt}`, join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
  });
});

t.test("a file that comes into being", async (t) => {
  const path = join(t.testdir({}), "file");
  await expectChange(t, path, (attempt) => {
    if (attempt > 2) writeFileSync(path, "there");
  });
});

t.test("a file that can no longer be read, and one that can be again", async (t) => {
  const path = join(t.testdir({ file: "0" }), "file");
  let changes = 0;
  t.teardown(watchFile(path, () => changes++, "0"));
  rmSync(path);
  mkdirSync(path); // what even root cannot read as a file
  await eventually("it is told", () => changes > 0 || undefined);
  const before = changes;
  rmSync(path, { recursive: true });
  writeFileSync(path, "0");
  await eventually("it is told again", () => changes > before || undefined);
  t.pass("both were told");
});

t.test("a content that is not what was loaded is a change, whenever it came", async (t) => {
  const path = join(t.testdir({ file: "new" }), "file");
  await new Promise<void>((resolve) => {
    t.teardown(watchFile(path, resolve, "old"));
  });
  t.pass("the change was told");
});

t.test("a content that is what was loaded is no change", async (t) => {
  const folder = t.testdir({ same: "byte for byte: \u00e9", other: "new" });
  const told: string[] = [];
  t.teardown(watchFile(join(folder, "same"), () => told.push("same"), "byte for byte: \u00e9"));
  t.teardown(watchFile(join(folder, "other"), () => told.push("other"), "old"));
  await eventually("the other, begun later, is told", () => told.at(0));
  writeFileSync(join(folder, "other"), "newer");
  await eventually("and so is its next change", () => told.at(1));
  t.same(told, ["other", "other"]);
});
