// npm run certs: makes a CA and a serving certificate for development, below this folder. Git ignores them: no key is
// ever committed.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeSelfSigned } from "../src/adapters/tls/self-signed.ts";

const HOSTS = ["localhost", "127.0.0.1", "::1", "pullcred.pullcred.svc"];
const LIFETIME_MS = 30 * 24 * 60 * 60 * 1_000;

const { serving, ca } = await makeSelfSigned(HOSTS, Date.now(), LIFETIME_MS);
const files = { "ca.crt": ca, "tls.crt": serving.certificate, "tls.key": serving.key };
for (const [name, content] of Object.entries(files)) {
  writeFileSync(join(import.meta.dirname, name), content, { mode: 0o600 });
  process.stdout.write(`wrote certs/${name}\n`);
}
