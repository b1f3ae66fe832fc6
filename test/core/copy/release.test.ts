import t from "tap";
import { buildCopy } from "../../../src/core/copy/copy.ts";
import { isOfOtherRelease, roleName } from "../../../src/core/copy/release.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import type { OwnerReference, Secret } from "../../../src/core/secret/secret.ts";

const RBAC = "rbac.authorization.k8s.io/v1";
const COPY = buildCopy({ name: "harbor", secretName: "harbor-pull" }, "team-a", new Redacted("eA=="));

function role(name: string, kind = "ClusterRole", uid = "u-1"): OwnerReference {
  return { apiVersion: RBAC, kind, name, uid };
}

/** A copy with these owners. */
function copy(...ownerReferences: readonly OwnerReference[]): Secret {
  return { ...COPY, metadata: { ...COPY.metadata, ownerReferences } };
}

const OURS = role("pullcred:harbor-pull");
const THEIRS = role("eu:harbor-pull");
const OTHER_KINDS: readonly OwnerReference[] = [
  { apiVersion: "apps/v1", kind: "Deployment", name: "shop", uid: "u-1" },
  { apiVersion: "example.com/v1", kind: "Role", name: "eu:harbor-pull", uid: "u-1" },
];
/** Without the labels that tell of the mapping. */
const UNLABELLED: Secret = { ...copy(THEIRS), metadata: { ...copy(THEIRS).metadata, labels: {} } };

type Row = readonly [string, Secret, boolean, string?];

const ROWS: readonly Row[] = [
  ["the copy as it is made", copy(OURS), false],
  ["the same by a Role", copy(role("pullcred:harbor-pull", "Role")), false],
  ["its role made anew", copy(role("pullcred:harbor-pull", "ClusterRole", "u-old")), false],
  ["both its ClusterRole and its Role", copy(OURS, role("pullcred:harbor-pull", "Role")), false],
  ["its owner taken off", copy(), false],
  ["no list of owners at all", COPY, false],
  ["an owner of another kind", copy(...OTHER_KINDS), false],
  ["the role of another name", copy(role("pullcred:other-pull")), false],
  ["what the release itself owns", copy(role("pullcred")), false],
  ["another release's", copy(THEIRS), true],
  ["another release's by a Role", copy(role("eu:harbor-pull", "Role")), true],
  ["another release's without its labels", UNLABELLED, true],
  ["another release's with our owner added", copy(THEIRS, OURS), true],
  ["another release's own", copy(role("eu")), true],
  ["a release whose name begins with ours", copy(role("pullcred-eu:harbor-pull")), true],
  ["the same seen from that release", copy(role("pullcred-eu:harbor-pull")), false, "pullcred-eu"],
  ["ours seen from that release", copy(OURS), true, "pullcred-eu"],
  [
    "ours, with a Secret's name that looks like theirs",
    copy(role("pullcred:eu-harbor")),
    true,
    "pullcred-eu",
  ],
];

t.test("a Secret is another release's where a role of that one owns it", async (t) => {
  for (const [name, secret, expected, release = "pullcred"] of ROWS) {
    t.equal(isOfOtherRelease(secret, release), expected, name);
  }
});

t.test("what a release makes is its own, and nobody else's", async (t) => {
  for (const release of ["pullcred", "pullcred-eu", "eu-pullcred"]) {
    for (const secretName of ["eu", "eu-pull", "pullcred.eu"]) {
      const secret = copy(role(roleName(release, secretName)));
      const strangers = ["pullcred", "pullcred-eu", "eu-pullcred"].filter((name) =>
        isOfOtherRelease(secret, name),
      );
      t.equal(strangers.length, 2);
      t.notOk(strangers.includes(release));
    }
  }
});
