import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeAuthority, signServing } from "../../../src/adapters/tls/authority.ts";
import { eventually } from "../../builders/eventually.ts";
import { findFreePort, startComponent } from "../../cluster/lib/component.ts";
import { makeImage } from "../../node/lib/image.ts";
import { demandsLogin } from "../../node/lib/registry.ts";
import { ISSUER, startTokenServer, type TokenRequest, type User } from "./token-server.ts";

/** A registry that lets in who brings a token of its token service. */
export type TokenRegistry = {
  /** As image references name it. */
  readonly host: string;
  /** The CA of both. */
  readonly ca: string;
  readonly tokenRequests: readonly TokenRequest[];
  /** Makes an image and stores it; returns its reference. */
  push(repository: string): Promise<string>;
  stop(): Promise<void>;
};

const PUBLISHER = { name: "publisher", password: "publisher-password" };

/** Starts docker-registry with token authentication, and the token service. */
export async function startTokenRegistry(users: Readonly<Record<string, User>>): Promise<TokenRegistry> {
  const folder = mkdtempSync(join(tmpdir(), "pullcred-token-registry-"));
  const file = (name: string): string => join(folder, name);
  const port = await findFreePort();
  const host = `127.0.0.1:${port}`;
  const lifetime = { now: Date.now(), lifetimeMs: 24 * 60 * 60 * 1000 };
  const [authority, signing] = [await makeAuthority(lifetime), await makeAuthority(lifetime)];
  const serving = await signServing(authority, ["127.0.0.1"], lifetime);
  const publisher = { password: PUBLISHER.password, rights: { "*": ["pull", "push"] } };
  const tokens = await startTokenServer({
    ...{ serving, signing, service: host },
    users: { ...users, [PUBLISHER.name]: publisher },
  });
  mkdirSync(file("trusted"));
  writeFileSync(file("trusted/ca.crt"), authority.certificate);
  writeFileSync(file("tls.crt"), serving.certificate);
  writeFileSync(file("tls.key"), serving.key, { mode: 0o600 });
  writeFileSync(file("tokens.crt"), signing.certificate);
  const config = {
    version: "0.1",
    storage: { filesystem: { rootdirectory: file("data") } },
    http: {
      addr: host,
      secret: "of one process",
      tls: { certificate: file("tls.crt"), key: file("tls.key") },
    },
    auth: {
      token: { realm: tokens.realm, service: host, issuer: ISSUER, rootcertbundle: file("tokens.crt") },
    },
  };
  writeFileSync(file("config.yml"), JSON.stringify(config));
  const auth = Buffer.from(`${PUBLISHER.name}:${PUBLISHER.password}`).toString("base64");
  writeFileSync(file("auth.json"), JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
  const server = startComponent("docker-registry", ["serve", file("config.yml")], file("log"));
  await eventually("the registry answers", () => demandsLogin(port, authority.certificate));

  return {
    host,
    ca: authority.certificate,
    tokenRequests: tokens.requests,
    async push(repository) {
      const reference = `${host}/${repository}:1`;
      const source = makeImage(folder, repository.replaceAll("/", "-"), "exit 0");
      const access = ["--dest-authfile", file("auth.json"), "--dest-cert-dir", file("trusted")];
      // Not by runProgram, which would keep the token service of this process from answering.
      await promisify(execFile)("skopeo", [
        "--insecure-policy",
        "copy",
        ...access,
        source,
        `docker://${reference}`,
      ]);
      return reference;
    },
    async stop() {
      tokens.stop();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
