import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ROOT } from "./builders/cli.ts";
import { findLogCalls } from "./builders/log-calls.ts";
import { pod } from "./builders/pod.ts";
import { review } from "./builders/review.ts";
import { startWebhook } from "./builders/webhook.ts";

const TRACEPARENT = `00-${"1".repeat(32)}-${"2".repeat(16)}-01`;
const DOCUMENT = readFileSync(join(ROOT, "docs/logs.md"), "utf8");
const CALLS = findLogCalls();

type Row = {
  readonly message: string;
  readonly levels: readonly string[];
  readonly fields: readonly string[];
};

const ROWS: readonly Row[] = [...DOCUMENT.matchAll(/^\| `(.+?)` \| ([a-z, ]+) \| (.*?) \| .*\|$/gm)].map(
  ([, message = "", levels = "", fields = ""]) => ({
    message,
    levels: levels.split(", "),
    fields: [...fields.matchAll(/`(\w+)`/g)].map(([, field = ""]) => field),
  }),
);

t.test("every message of the sources is documented, and no other, once", async (t) => {
  t.ok(CALLS.length > 50, "the log calls are found");
  const messages = ROWS.map(({ message }) => message);
  t.same(messages.toSorted(), [...new Set(CALLS.map(({ message }) => message))].toSorted());
});

t.test("each has the levels and the fields that the sources write", async (t) => {
  for (const { message, levels, fields } of ROWS) {
    if (message === "review") continue; // see below
    for (const call of CALLS.filter((other) => other.message === message)) {
      const place = `${call.file}: ${message}`;
      if (call.level !== undefined) t.ok(levels.includes(call.level), `${place}: ${call.level}`);
      for (const field of call.fields) t.ok(fields.includes(field), `${place}: ${field}`);
    }
  }
});

t.test("the fields of a review are those that it has", async (t) => {
  const webhook = await startWebhook(t);
  await webhook.send({
    headers: { "content-type": "application/json", traceparent: TRACEPARENT },
    body: JSON.stringify(review(pod({ images: ["acme/app"] }))),
  });
  const [section = ""] = /## A review[\s\S]*?(?=\n## )/.exec(DOCUMENT) ?? [];
  const documented = [...section.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, field]) => field),
  );
  const everywhere = ["level", "time", "pid", "hostname", "msg"];
  const written = Object.keys(webhook.lines[0] ?? {}).filter((field) => !everywhere.includes(field));
  t.same(documented.toSorted(), written.toSorted());
});
