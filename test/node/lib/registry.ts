import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSelfSigned } from "../../../src/adapters/tls/self-signed.ts";
import { eventually } from "../../builders/eventually.ts";
import { findFreePort, startComponent } from "../../cluster/lib/component.ts";
import { makeImage } from "./image.ts";
import { runProgram } from "./program.ts";

/** A registry that lets nobody pull without a password, over TLS by a CA of its own. */
export type Registry = {
  /** As image references name it. */
  readonly host: string;
  readonly ca: string;
  /** Gives a user a new password; the one before is refused from now on. */
  setPassword(user: string, password: string): void;
  /** Makes an image that prints a line and goes on running, and stores it; returns its reference. */
  push(repository: string, line: string): string;
  /** What nodes have asked for of a repository so far. */
  requests(repository: string): readonly RegistryRequest[];
  stop(): Promise<void>;
};

export type RegistryRequest = {
  readonly accepted: boolean;
  /** Whose password was refused. */
  readonly refusedUser: string | null;
};

const DAY_MS = 24 * 60 * 60 * 1000;
const PUBLISHER = { user: "publisher", password: "publisher-password" };

/** Starts docker-registry with an htpasswd file. */
export async function startRegistry(): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), "pullcred-registry-"));
  const file = (name: string): string => join(folder, name);
  const port = await findFreePort();
  const host = `127.0.0.1:${port}`;
  const { serving, ca } = await makeSelfSigned(["127.0.0.1"], Date.now(), DAY_MS);
  mkdirSync(file("trusted"));
  writeFileSync(file("trusted/ca.crt"), ca);
  writeFileSync(file("tls.crt"), serving.certificate);
  writeFileSync(file("tls.key"), serving.key, { mode: 0o600 });
  writeFileSync(file("htpasswd"), "");
  writeFileSync(file("config.yml"), JSON.stringify(registryConfig(file, host)));

  // By standard input: an argument would stand in the process list.
  const setPassword = (user: string, password: string): void =>
    void runProgram("htpasswd", ["-i", "-B", "-C", "4", file("htpasswd"), user], password);
  setPassword(PUBLISHER.user, PUBLISHER.password);
  const auth = Buffer.from(`${PUBLISHER.user}:${PUBLISHER.password}`).toString("base64");
  writeFileSync(file("auth.json"), JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });

  const server = startComponent("docker-registry", ["serve", file("config.yml")], file("log"));
  await eventually("the registry answers", () => demandsLogin(port, ca));

  return {
    host,
    ca,
    setPassword,
    push(repository, line) {
      const reference = `${host}/${repository}:1`;
      const source = makeImage(
        folder,
        repository.replaceAll("/", "-"),
        `echo ${line}; exec busybox sleep 3600`,
      );
      const access = ["--dest-authfile", file("auth.json"), "--dest-cert-dir", file("trusted")];
      runProgram("skopeo", ["--insecure-policy", "copy", ...access, source, `docker://${reference}`]);
      return reference;
    },
    requests: (repository) => readRequests(readFileSync(file("log"), "utf8"), repository),
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function registryConfig(file: (name: string) => string, host: string): object {
  return {
    version: "0.1",
    log: { level: "info", formatter: "json", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: file("data") } },
    http: {
      addr: host,
      secret: "of one process",
      tls: { certificate: file("tls.crt"), key: file("tls.key") },
    },
    auth: { htpasswd: { realm: "test", path: file("htpasswd") } },
  };
}

/** True once the registry asks for a credential. */
export function demandsLogin(port: number, ca: string): Promise<true | undefined> {
  return new Promise((resolve) => {
    const outgoing = request({ host: "127.0.0.1", port, path: "/v2/", ca, agent: false });
    outgoing.on("response", (response) => {
      response.resume();
      resolve(response.statusCode === 401 || undefined);
    });
    outgoing.on("error", () => resolve(undefined));
    outgoing.end();
  });
}

function isFromNode(entry: Readonly<Record<string, string>>): boolean {
  return entry["http.request.useragent"]?.startsWith("containerd/") ?? false;
}

// One request has several lines, of which one tells whether it was let through.
function readRequests(log: string, repository: string): readonly RegistryRequest[] {
  return log
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter((entry) => entry["vars.name"] === repository && isFromNode(entry))
    .flatMap(({ msg }: { msg: string }): readonly RegistryRequest[] => {
      if (msg === "authorized request") return [{ accepted: true, refusedUser: null }];
      const [, refusedUser] = /^error authenticating user "(.*)": /.exec(msg) ?? [];
      if (refusedUser !== undefined) return [{ accepted: false, refusedUser }];
      const hasNoPassword = msg.endsWith("invalid authorization credential");
      return hasNoPassword ? [{ accepted: false, refusedUser: null }] : [];
    });
}
