import type { Level } from "pino";
import t from "tap";
import { LINES_PER_WINDOW, WINDOW_MS } from "../../../src/adapters/observability/log-limiter.ts";
import { createLogger } from "../../../src/adapters/observability/logger.ts";
import { fakeClock } from "../../builders/fake-clock.ts";

function setUp(level: Level) {
  const clock = fakeClock();
  const lines: Readonly<Record<string, unknown>>[] = [];
  const sink = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { clock, lines, ...createLogger({ level, clock, sink }) };
}

t.test("a flood of a line ends in one that counts the rest, on the same level", async (t) => {
  const { clock, lines, log } = setUp("info");
  for (let index = 0; index < 10_000; index++) log.warn({ uid: `u-${index}` }, "review refused");
  log.info("leading");
  clock.advance(WINDOW_MS);
  t.equal(lines.length, LINES_PER_WINDOW + 2);
  t.match(lines.at(-2), { level: "info", msg: "leading" });
  t.match(lines.at(-1), {
    level: "warn",
    of: "review refused",
    lines: 10_000 - LINES_PER_WINDOW,
    msg: "more lines like this were left out",
  });
});

t.test("what is left out is told before the process ends", async (t) => {
  const { lines, log, flush } = setUp("info");
  for (let index = 0; index <= LINES_PER_WINDOW; index++) log.error({ err: new Error("bug") }, "copy");
  flush();
  t.match(lines.at(-1), { level: "error", of: "copy", lines: 1 });
});

t.test("who asks for debugging gets every line, of any level", async (t) => {
  const { lines, log } = setUp("debug");
  for (let index = 0; index < 1_000; index++) {
    log.debug({}, "review");
    log.info({}, "review");
  }
  log.trace({}, "nothing");
  t.equal(lines.length, 2_000);
});

t.test("a text of any length does not make a line of any length", async (t) => {
  const { lines, log } = setUp("info");
  log.warn({ uid: "u".repeat(7_000_000), problem: "short" }, "review refused");
  t.match(lines, [{ uid: /^u{4096}…$/, problem: "short" }]);

  const long = new Error("m".repeat(7_000_000), { cause: new Error("c".repeat(5_000)) });
  log.error({ err: long, issues: [{ path: "", message: "i".repeat(5_000) }] }, "could not answer a review");
  const [, { err, issues } = {}] = lines;
  t.match(err, { message: /^m{4096}…$/, cause: /^c{4096}…$/, stack: /^Error: m{4089}…$/ });
  t.match(issues, [{ path: "", message: /^i{4096}…$/ }]);
});

t.test(
  "what could carry a credential is masked, and errors tell where they came from unless that says nothing",
  async (t) => {
    const { lines, log } = setUp("info");
    const refused = Object.assign(new Error("refused"), { name: "ApiError", code: 403 });
    log.warn({ password: "s3cret", secret: { data: "s3cret" }, err: refused }, "could not write");
    log.error({ err: new TypeError("bug", { cause: new Error("deeper") }) }, "could not answer");
    log.error({ err: "thrown text" }, "could not answer");
    t.match(lines, [
      {
        password: "[redacted]",
        secret: { data: "[redacted]" },
        err: { type: "ApiError", message: "refused", code: 403 },
      },
      { err: { type: "TypeError", message: "bug", cause: "deeper", stack: /logger\.test/ } },
      { err: { message: "not an error" } },
    ]);
    t.notMatch(JSON.stringify(lines[0]), /stack/);
  },
);
