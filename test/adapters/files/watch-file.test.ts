import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { watchFile } from "../../../src/adapters/files/watch-file.ts";

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
