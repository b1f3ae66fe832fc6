import { chownSync, cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ROOT } from "../builders/cli.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";
import { serveInContainer } from "./lib/container.ts";
import { builtImage } from "./lib/image.ts";
import { postReview } from "./lib/post-review.ts";

t.test("the standalone webhook serves from a read-only root, and ends when it is asked to", async (t) => {
  const data = join(t.testdir({}), "data");
  cpSync(join(ROOT, "examples", "standalone", "data"), data, { recursive: true });
  giveToUser(data);
  const mounts = { "/etc/pullcred": join(ROOT, "examples", "standalone"), "/data": data };
  const args = ["--standalone", "--config", "/etc/pullcred/config.yaml", "--data-dir", "/data"];
  const server = await serveInContainer(t, args, { mounts });

  t.equal((await fetch(new URL("/readyz", server.metricsUrl))).status, 200);
  const ca = readFileSync(join(data, "ca.crt"), "utf8");
  const { response } = await postReview(
    server.url,
    ca,
    review(pod({ images: ["harbor.example.com/team-a/shop:1"] })),
  );
  t.match(response, { allowed: true, patchType: "JSONPatch" });
  t.same(JSON.parse(Buffer.from(response.patch, "base64").toString()), [
    { op: "add", path: "/spec/imagePullSecrets", value: [{ name: "harbor-pull" }] },
  ]);
  t.ok(existsSync(join(data, "secrets", "team-a", "harbor-pull.yaml")));
  t.match(await (await fetch(new URL("/metrics", server.metricsUrl))).text(), /pullcred_reviews_total/);
  t.equal(await server.stop(), 0);
});

/** Makes the image's user the owner of a folder, with all that is in it. */
function giveToUser(folder: string): void {
  const [uid, gid] = builtImage().config.User.split(":").map(Number) as [number, number];
  mkdirSync(folder, { recursive: true });
  for (const path of ["", "namespaces", "secrets", "secrets/pullcred"])
    chownSync(join(folder, path), uid, gid);
}
