import t from "tap";
import { formatIssue, type Issue } from "../../../src/core/config/issue.ts";
import { formatPath } from "../../../src/core/config/problem.ts";

const ISSUE: Issue = {
  path: "registries[0].name",
  message: "must be text",
  severity: "error",
  line: 4,
  column: 9,
};

t.test("an issue is a line that editors can jump from", async (t) => {
  t.equal(formatIssue("c.yaml", ISSUE), "c.yaml:4:9: error: registries[0].name: must be text");
  t.equal(formatIssue("c.yaml", { ...ISSUE, path: "" }), "c.yaml:4:9: error: must be text");
  t.equal(
    formatIssue("c.yaml", { ...ISSUE, path: "", severity: "warning", line: null, column: null }),
    "c.yaml: warning: must be text",
  );
});

t.test("a path is written as people write it", async (t) => {
  t.equal(formatPath([]), "");
  t.equal(formatPath(["registries", 0, "matchImages", 1]), "registries[0].matchImages[1]");
  t.equal(formatPath(["matchLabels", "example.com/tier"]), 'matchLabels["example.com/tier"]');
});
