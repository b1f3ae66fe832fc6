import { join } from "node:path";
import t from "tap";
import { pullcred, startServer } from "../builders/cli.ts";
import { configText } from "../builders/config.ts";

const HARBOR = { name: "harbor", matchImages: ["harbor.example.com"] };

t.test("wrong use is told with a remedy, and exit code 2", async (t) => {
  const folder = t.testdir({
    "config.yaml": configText([HARBOR]),
    "bad.yaml": "apiVersion: pullcred.dev/v1\nkind: Config\nregistry: []\n",
    empty: "",
  });
  const config = join(folder, "config.yaml");
  const bad = join(folder, "bad.yaml");
  const empty = join(folder, "empty");
  const rows: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /required option '-c, --config <file>'/],
    [["--config", config, "--data-dir", folder], /--data-dir goes with --standalone/],
    [
      ["--config", join(folder, "none.yaml"), "--standalone"],
      /could not read .*none\.yaml: there is no such file/,
    ],
    [["--config", bad, "--standalone"], /unknown key "registry"/],
    [["--config", config, "--standalone", "--listen", "nonsense"], /Write it as :8443/],
    [["--config", config, "--standalone", "--tls-cert", "x"], /--tls-cert and --tls-key go together/],
    [
      ["--config", config, "--standalone", "--repair-pods"],
      /--repair-pods needs a cluster: leave out --stand/,
    ],
    [
      ["--config", config, "--repair-exclude-namespace", "calico-system"],
      /--repair-exclude-namespace goes with --repair-pods: add it/,
    ],
    [
      ["--config", config, "--repair-pods", "--repair-exclude-namespace", "calico-*"],
      /A namespace has up to/,
    ],
    [["--config", config, "--standalone", "--verify-every", "59s"], /a duration of a minute or more/],
    [["--config", config, "--standalone", "--verify-every", "daily"], /a duration of a minute or more/],
    [
      ["--config", config, "--standalone", "--verify-ca-file", empty],
      /--verify-ca-file and --verify-insecure-host go with --verify-every: add it/,
    ],
    [
      ["--config", config, "--standalone", "--verify-insecure-host", "a.example.com"],
      /--verify-ca-file and --verify-insecure-host go with --verify-every: add it/,
    ],
    [
      ["--config", config, "--standalone", "--verify-every", "1h", "--verify-ca-file", empty],
      /could not use --verify-ca-file .*: it does not hold certificates in PEM/,
    ],
    [
      ["--config", config, "--standalone", "--verify-every", "1h", "--verify-ca-file", "-"],
      /It is a file, because it is read again and again/,
    ],
    [["--config", config, "--standalone", "--drain-delay", "-1"], /number of seconds/],
    [["--config", config, "--standalone", "--log-level", "loud"], /Allowed choices are/],
    [["--config", config, "--standalone", "--nonsense"], /unknown option '--nonsense'/],
    [
      ["--config", config, "--standalone", "--data-dir", config],
      /could not use --data-dir .*: it is no directory/,
    ],
    [
      ["--config", config, "--standalone", "--tls-cert", empty, "--tls-key", empty],
      /could not use certificate .*: the certificate is empty/,
    ],
  ];
  for (const [args, message] of rows) {
    const { code, stdout, stderr } = await pullcred(["serve", ...args]);
    t.equal(code, 2, args.join(" "));
    t.match(stderr, message, args.join(" "));
    t.equal(stdout, "", args.join(" "));
    t.notMatch(stderr, /\n\s+at /, "no stack trace");
  }
});

t.test("a port that is taken is told, and ends the process, whichever of the two it is", async (t) => {
  const args = ["--config", join(t.testdir({ "config.yaml": configText([HARBOR]) }), "config.yaml")];
  const server = await startServer(t, args);
  const taken = `127.0.0.1:${server.url.port}`;
  const free = "127.0.0.1:0";
  for (const [listen, metricsListen] of [
    [taken, free],
    [free, taken],
  ] as const) {
    const addresses = ["--listen", listen, "--metrics-listen", metricsListen];
    const { code, stdout, stderr } = await pullcred(["serve", "--standalone", ...args, ...addresses]);
    t.equal(code, 2);
    t.match(stderr, `could not listen on ${taken}: something listens there already: choose another port`);
    t.equal(stdout, "");
  }
});
