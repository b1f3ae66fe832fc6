// npm run bench:startup: what the bundle saves at start and at rest; with --cluster, on a real API server.
import { join } from "node:path";
import { ensureControlPlane } from "./control-plane.mjs";
import { ensureInstalled, findNode, root, run } from "./lib/toolchain.mjs";

ensureInstalled();
const args = process.argv.slice(2);
if (args.includes("--cluster")) process.env.PULLCRED_TEST_CONTROL_PLANE = ensureControlPlane();
process.exit(run(findNode(), [join(root, "bench", "startup.ts"), ...args]));
