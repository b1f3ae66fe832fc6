import t from "tap";
import { createFindings } from "../../src/controllers/copy-findings.ts";
import type { CopyResult } from "../../src/core/copy/copy-result.ts";
import type { Notice } from "../../src/core/event/event-sink.ts";
import { config } from "../builders/config.ts";
import { HARBOR } from "../builders/copies.ts";

const [MAPPING] = config([HARBOR]).mappings;
const KEY = "team-a/harbor-pull";

function setUp() {
  const notices: Notice[] = [];
  const { note, forget } = createFindings({ tell: (notice) => notices.push(notice) });
  const meet = (result: CopyResult, namespace = "team-a"): void => {
    if (MAPPING !== undefined) note(MAPPING, namespace, { result });
  };
  return { notices, meet, forget };
}

t.test("an Event is told once for each beginning", async (t) => {
  const rows: readonly (readonly [string, readonly CopyResult[], readonly string[]])[] = [
    ["nothing is in the way", ["CopyWritten", "CopyCurrent", "NoCredential", "NamespaceTerminating"], []],
    ["a foreign Secret that stays", ["ForeignSecret", "ForeignSecret", "ForeignSecret"], ["ForeignSecret"]],
    [
      "one that goes and comes again",
      ["ForeignSecret", "CopyWritten", "ForeignSecret"],
      ["ForeignSecret", "ForeignSecret"],
    ],
    ["a write that fails again and again", ["CopyFailed", "CopyFailed"], ["CopyFailed"]],
    ["one that fails anew", ["CopyFailed", "CopyWritten", "CopyFailed"], ["CopyFailed", "CopyFailed"]],
    ["one after the other", ["CopyFailed", "ForeignSecret"], ["CopyFailed", "ForeignSecret"]],
  ];
  for (const [name, results, expected] of rows) {
    const { notices, meet } = setUp();
    for (const result of results) meet(result);
    t.same(
      notices.map(({ reason }) => reason),
      expected,
      name,
    );
  }
});

t.test("what is told names the place and the remedy", async (t) => {
  const { notices, meet } = setUp();
  meet("ForeignSecret");
  meet("CopyFailed", "team-b");
  t.same(notices, [
    {
      type: "Warning",
      reason: "ForeignSecret",
      mapping: "harbor",
      note: "Secret harbor-pull in namespace team-a is not managed by pullcred: it is used as it is. Delete it to get pullcred's.",
    },
    {
      type: "Warning",
      reason: "CopyFailed",
      mapping: "harbor",
      note: "Secret harbor-pull in namespace team-b could not be written: see pullcred's log. It is tried again.",
    },
  ]);
});

t.test("each namespace begins by itself, and one that is forgotten begins anew", async (t) => {
  const { notices, meet, forget } = setUp();
  meet("ForeignSecret");
  meet("ForeignSecret", "team-b");
  forget(KEY);
  meet("ForeignSecret");
  meet("ForeignSecret", "team-b");
  t.equal(notices.length, 3);
});
