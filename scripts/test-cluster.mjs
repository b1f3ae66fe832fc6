// npm run test:cluster: the tests that need a real control plane, all of them or the files named.
import { ensureControlPlane } from "./control-plane.mjs";
import { runLane } from "./lib/run-lane.mjs";
import { ensureInstalled } from "./lib/toolchain.mjs";

ensureInstalled();
process.env.PULLCRED_TEST_CONTROL_PLANE = ensureControlPlane();
runLane("cluster", 300, 2);
