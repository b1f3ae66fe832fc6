import t from "tap";
import { createProgressLine } from "../../src/cli/progress-line.ts";

function record(isTTY: boolean): { readonly written: readonly string[]; run(): void } {
  const written: string[] = [];
  const line = createProgressLine({ isTTY, write: (text) => written.push(text) });
  return {
    written,
    run() {
      line.show("1 of 2");
      line.show("2 of 2");
      line.clear();
    },
  };
}

t.test("a terminal has one line, which goes at the end; a pipe has none", async (t) => {
  const terminal = record(true);
  terminal.run();
  t.same(terminal.written, ["\r\u001b[2K1 of 2", "\r\u001b[2K2 of 2", "\r\u001b[2K"]);
  const pipe = record(false);
  pipe.run();
  t.same(pipe.written, []);
});
