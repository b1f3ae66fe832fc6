// npm run bench:cluster: what pullcred costs on a real API server.
import { join } from "node:path";
import { ensureControlPlane } from "./control-plane.mjs";
import { ensureInstalled, findNode, root, run } from "./lib/toolchain.mjs";

ensureInstalled();
process.env.PULLCRED_TEST_CONTROL_PLANE = ensureControlPlane();
process.exit(run(findNode(), [join(root, "bench", "cluster.ts"), ...process.argv.slice(2)]));
