// The lanes of .ci/run, one after the other. The last line counts what they ran; a lane that ran nothing has failed.
import { spawn } from "node:child_process";
import { root, toolEnvironment } from "./lib/toolchain.mjs";

/** A lane's output says how much it ran and how much of it failed. */
const LANES = [
  { name: "tests", command: ["npm", "test"], count: countTap },
  { name: "cluster", command: ["npm", "run", "test:cluster"], count: countTap },
  { name: "chart", command: ["npm", "run", "test:chart"], count: countTap },
  { name: "browser", command: ["npm", "run", "test:browser"], count: countTap },
  { name: "install", command: ["npm", "run", "test:install"], count: countTap },
  { name: "image", command: ["npm", "run", "test:image"], count: countTap },
  { name: "node", command: ["npm", "run", "test:node"], count: countTap },
  { name: "registry", command: ["npm", "run", "test:registry"], count: countTap },
  { name: "plugin", command: ["npm", "run", "test:plugin"], count: countTap },
  { name: "check", command: ["npm", "run", "check"], count: countExit },
  { name: "fuzz", command: ["npm", "run", "fuzz"], count: countTap },
  { name: "oracle", command: ["node", "scripts/generate-oracle.mjs", "--check"], count: countExit },
  { name: "quick start", command: ["sh", "scripts/try-quick-start.sh"], count: countExit },
  { name: "benchmark", command: ["npm", "run", "bench", "--", "--smoke"], count: countExit },
  {
    name: "metrics benchmark",
    command: ["npm", "run", "bench", "--", "--metrics-cost", "--smoke"],
    count: countExit,
  },
  { name: "cluster benchmark", command: ["npm", "run", "bench:cluster", "--", "--smoke"], count: countExit },
  { name: "start-up benchmark", command: ["npm", "run", "bench:startup", "--", "--smoke"], count: countExit },
  {
    name: "audit benchmark",
    command: ["node", "bench/audit.ts", "--pods", "100", "--rounds", "1"],
    count: countExit,
  },
  {
    name: "verify benchmark",
    command: ["node", "bench/verify.ts", "--pods", "100", "--rounds", "1"],
    count: countExit,
  },
  { name: "memory", command: ["node", "bench/memory.ts", "--reviews", "2000"], count: countExit },
];

let passed = 0;
let failed = 0;
for (const { name, command, count } of LANES) {
  const started = Date.now();
  process.stdout.write(`\n=== ${name}: ${command.join(" ")}\n`);
  const { code, output } = await run(command);
  const result = count(output, code);
  if (result.passed + result.failed === 0) {
    process.stdout.write(`${name}: no test ran\n`);
    result.failed = 1;
  }
  if (code !== 0 && result.failed === 0) result.failed = 1;
  passed += result.passed;
  failed += result.failed;
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stdout.write(`=== ${name}: ${result.failed === 0 ? "passed" : "FAILED"} in ${seconds} s\n`);
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs a lane, shows what it prints and keeps it. */
function run([command, ...args]) {
  return new Promise((resolve) => {
    let output = "";
    const lane = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: toolEnvironment(),
    });
    for (const stream of [lane.stdout, lane.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        process.stdout.write(text);
      });
    }
    lane.on("error", (error) => resolve({ code: 1, output: `${output}${error.message}` }));
    lane.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** tap's last summary, for example `# { total: 12, pass: 11, fail: 1 }`. */
function countTap(output) {
  const [summary = ""] = output.match(/# \{ total: .*\}/g)?.slice(-1) ?? [];
  const read = (name) => Number(new RegExp(`${name}: (\\d+)`).exec(summary)?.[1] ?? 0);
  return { passed: read("pass"), failed: read("fail") + read("todo") + read("skip") };
}

/** A lane that is one test: its exit code. */
function countExit(_output, code) {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}
