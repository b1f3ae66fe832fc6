// npm run test:registry: the tests of verify at real registries, all of them or the files named. They need Debian's packages.
import { ensureDebianPackages } from "./lib/debian-packages.mjs";
import { runLane } from "./lib/run-lane.mjs";
import { ensureInstalled } from "./lib/toolchain.mjs";

ensureInstalled();
ensureDebianPackages(
  ["apache2-utils", "busybox-static", "docker-registry", "skopeo", "umoci"],
  "the registry tests need",
);
runLane("registry", 240);
