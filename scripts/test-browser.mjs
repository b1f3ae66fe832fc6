// npm run test:browser: the status page in a real browser, all tests or the files named. They need Debian's packages.
import { ensureDebianPackages } from "./lib/debian-packages.mjs";
import { runLane } from "./lib/run-lane.mjs";
import { ensureInstalled } from "./lib/toolchain.mjs";

ensureInstalled();
ensureDebianPackages(["chromium", "fonts-dejavu-core"], "the browser tests need");
runLane("browser", 240);
