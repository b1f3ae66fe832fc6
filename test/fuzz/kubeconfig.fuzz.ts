import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import t from "tap";
import { chooseAccess } from "../../src/adapters/kube/client/choose-access.ts";
import { slowRuns } from "./runs.ts";

const MARK = "s3cr3t";
const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: x
contexts:
- name: x
  context:
    cluster: c
    user: u
clusters:
- name: c
  cluster:
    server: https://u:${MARK}@127.0.0.1:1
    certificate-authority-data: ${MARK}
users:
- name: u
  user:
    token: ${MARK}.eyJhbGciOi
    username: "admin"
    password: '${MARK}'
    client-key: |
      -----BEGIN PRIVATE KEY-----
      ${MARK}
      -----END PRIVATE KEY-----
    auth-provider: {name: nobody, config: {id-token: ${MARK}, refresh-token: "${MARK}"}}
`;

/** One slip of an editor's hand. */
const slip = fc.record({
  at: fc.nat(KUBECONFIG.length),
  removed: fc.constantFrom(0, 0, 1, 2),
  added: fc.oneof(
    fc.constantFrom(..."&*!|>'\"%@`?#:-,[]{}\n\t ", "\n  ", "<<: ", "- ", "\u001b", "\u0000"),
    fc.constant(""),
  ),
});
const damaged = fc
  .array(slip, { minLength: 1, maxLength: 3 })
  .map((slips) =>
    slips.reduce(
      (text, { at, removed, added }) => text.slice(0, at) + added + text.slice(at + removed),
      KUBECONFIG,
    ),
  );

const folder = t.testdir();

t.test(
  "whatever slips into a kubeconfig, it is read, or refused without a word of its credentials",
  async (t) => {
    const file = join(folder, "kubeconfig");
    const open = chooseAccess({ KUBECONFIG: file }, "add --standalone");
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damaged, async (text) => {
        writeFileSync(file, text);
        const error = await open().then(
          () => null,
          (failure: Error) => failure,
        );
        if (error === null) return;
        refused += 1;
        const told = `${error.message}\n${error.stack}\n${error.cause}`;
        if (told.includes(MARK)) throw new Error(`it tells: ${told}`);
        if (!error.message.startsWith(`could not read kubeconfig ${file}: `)) throw error;
      }),
      { numRuns: slowRuns }, // each writes a file
    );
    t.ok(refused > 0, "some were broken");
  },
);
