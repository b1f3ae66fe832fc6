import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { pullcred } from "../builders/cli.ts";
import { configText } from "../builders/config.ts";
import { kubeconfigText } from "../builders/kubeconfig.ts";
import { installTokenPlugin } from "../builders/token-plugin.ts";

const MARK = "s3cr3t-mark";
const folder = t.testdir({
  "config.yaml": configText([{ name: "harbor", matchImages: ["harbor.example.com"] }]),
  leak: [
    "apiVersion: v1",
    "kind: Config",
    'clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]',
    "users:",
    "- name: u",
    "  user:",
    `    token: eyJhbGciOi.${MARK}.sig`,
    `   password: ${MARK}`,
    "contexts: [{name: x, context: {cluster: c, user: u}}]",
    "current-context: x",
  ].join("\n"),
  binary: Buffer.from([0x1b, 0x5b, 0x32, 0x4a, 0xff]),
  stray: kubeconfigText({ user: { token: MARK }, current: "y" }),
  away: kubeconfigText({ user: { token: MARK }, cluster: { server: `https://u:${MARK}@127.0.0.1:1` } }),
});
const script = `console.log("${MARK} is no JSON");\nconsole.error("${MARK}");\n`;
const plugin = kubeconfigText({ user: { exec: installTokenPlugin(folder, "token-plugin", script) } });

const CONFIG = ["--config", join(folder, "config.yaml")];
const READERS: readonly (readonly string[])[] = [
  ["audit", ...CONFIG],
  ["verify", ...CONFIG],
  ["import", "--cluster"],
];
/** All that look for a cluster and end by themselves. */
const COMMANDS: readonly (readonly string[])[] = [
  ...READERS,
  ["explain", ...CONFIG, "--pod", "shop", "-n", "team-a"],
  ["prepull", ...CONFIG, "--images", "harbor.example.com/shop:1", "--wait"],
];
const SERVE = ["serve", ...CONFIG, "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"];

type Row = readonly [string, readonly (readonly string[])[], RegExp];

t.test("whatever is wrong with a kubeconfig, no command prints a credential of it", async (t) => {
  writeFileSync(join(folder, "plugin"), plugin);
  const read = `^pullcred: could not read kubeconfig ${folder}/`;
  const rows: readonly Row[] = [
    ["leak", [...COMMANDS, SERVE], new RegExp(`${read}leak: line 8, column 1: wrong indentation: .*\n$`)],
    ["binary", [SERVE], new RegExp(`${read}binary: it is not UTF-8 text: save it as UTF-8\n$`)],
    [
      "stray",
      [["audit", ...CONFIG]],
      new RegExp(`${read}stray: its current-context "y" is none of its contexts: .*"x"\n$`),
    ],
    [
      "plugin",
      [SERVE],
      new RegExp(`${read}plugin: user "u": its exec plugin ".*" did not answer JSON: run it by hand\n$`),
    ],
    [
      "away",
      READERS,
      /^pullcred: could not .*: could not reach 127\.0\.0\.1:1: nobody listens there: .*(kubectl|KUBECONFIG).*\n$/,
    ],
  ];
  for (const [name, commands, message] of rows) {
    const KUBECONFIG = join(folder, name);
    const runs = commands.map(async (args) => [args, await pullcred(args, "", { KUBECONFIG })] as const);
    for (const [args, { code, stdout, stderr }] of await Promise.all(runs)) {
      const what = `${name}: ${args.join(" ")}`;
      t.same([code, stdout], [2, ""], what);
      t.match(stderr, message, what);
      t.notMatch(stderr, MARK, what);
      t.notMatch(stderr, /\n\s+at /, `no stack trace: ${what}`);
    }
  }
});
