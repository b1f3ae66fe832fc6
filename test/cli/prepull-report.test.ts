import t from "tap";
import { formatReport, isComplete, type PrepullReport } from "../../src/cli/prepull/report.ts";

const PAUSE = { image: "pause", pulled: 5, problems: [] };
const REPORT: PrepullReport = {
  ...{ daemonSet: { name: "d", namespace: "n" }, nodes: 5, isLate: false, notes: [] },
  images: [{ image: "shop", pulled: 5, problems: [] }, PAUSE],
};

function failed(node: string, message: string): PrepullReport["images"][number]["problems"][number] {
  return { node, result: "Failed", reason: "ErrImagePull", message };
}

t.test("what is the same on many nodes is one line", async (t) => {
  const problems = [
    ...["a", "b", "c", "d"].map((node) => failed(node, "401")),
    { node: "e", result: "Pending" as const, reason: "", message: "" },
  ];
  const report = {
    ...REPORT,
    isLate: true,
    images: [...REPORT.images.slice(0, 1), { image: "none", pulled: 0, problems }, PAUSE],
  };
  t.equal(
    formatReport({ ...report, notes: ["a reason"] }),
    [
      "Pulled   shop  5 nodes",
      "Failed   none  a, b, c and 1 more: ErrImagePull: 401",
      "Pending  none  e",
      "",
      "1 of 2 images are on all of 5 nodes; the time is over",
      "note: a reason",
      "",
    ].join("\n"),
  );
  t.notOk(isComplete(report));
});

t.test("what keeps the Pods running is told of only where it fails", async (t) => {
  t.notMatch(formatReport(REPORT), "pause");
  t.ok(isComplete(REPORT));
  const images = [...REPORT.images.slice(0, 1), { ...PAUSE, pulled: 4, problems: [failed("a", "EOF")] }];
  t.match(formatReport({ ...REPORT, images }), "Failed   pause  a: ErrImagePull: EOF\n");
  t.notOk(isComplete({ ...REPORT, images }));
});

t.test("nothing is complete without nodes, or with nodes that have no Pod", async (t) => {
  t.notOk(isComplete({ ...REPORT, nodes: 0, images: [PAUSE] }));
  t.notOk(isComplete({ ...REPORT, nodes: 6 }));
  t.match(formatReport({ ...REPORT, nodes: 6 }), "0 of 1 images are on all of 6 nodes");
});

t.test("a registry's words reach no terminal as they are", async (t) => {
  const images = [{ image: "shop", pulled: 0, problems: [failed("a", "\u001b[2J")] }, PAUSE];
  t.notMatch(formatReport({ ...REPORT, images }), "\u001b");
});
