import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Test } from "tap";
import { pullcred } from "./cli.ts";
import { configText } from "./config.ts";

type Registries = Parameters<typeof configText>[0];

/** One of `results`. */
export type Result = Readonly<
  Record<"image" | "registry" | "mapping" | "secretName" | "key", string | null> &
    Record<"verdict" | "detail", string>
>;

export type Verified = {
  readonly code: number | null;
  readonly results: readonly Result[];
  readonly stdout: string;
  readonly stderr: string;
};

/** A configuration with a data directory, as `verify` is used without a cluster. */
export type VerifyFolder = {
  readonly path: string;
  readonly config: string;
  /** Writes the Secret that a mapping's secretRef names. */
  login(mapping: string, auths: Readonly<Record<string, string>>): void;
  /** Writes any file; returns its path. */
  write(file: string, content: string): string;
  /** Runs `pullcred verify ...args -o json`. */
  verify(args: readonly string[], input?: string): Promise<Verified>;
  /** Runs it for people. */
  print(args: readonly string[]): ReturnType<typeof pullcred>;
};

/** Makes one, with one CA file where a CA is given. */
export function verifyFolder(t: Test, registries: Registries, ca?: string): VerifyFolder {
  const path = t.testdir({ "config.yaml": configText(registries), data: {}, ...(ca && { "ca.crt": ca }) });
  const config = join(path, "config.yaml");
  const common = ["--config", config, "--data-dir", join(path, "data")];
  const trust = ca === undefined ? [] : ["--ca-file", join(path, "ca.crt")];

  function write(file: string, content: string): string {
    const target = join(path, file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    return target;
  }

  return {
    path,
    config,
    write,
    login(mapping, auths) {
      const entries = Object.entries(auths).map(([server, login]) => [server, { auth: toBase64(login) }]);
      const stringData = { ".dockerconfigjson": JSON.stringify({ auths: Object.fromEntries(entries) }) };
      const name = `${mapping}-creds`;
      write(
        `data/secrets/pullcred/${name}.yaml`,
        JSON.stringify({
          ...{ apiVersion: "v1", kind: "Secret", metadata: { name } },
          ...{ type: "kubernetes.io/dockerconfigjson", stringData },
        }),
      );
    },
    async verify(args, input = "") {
      const ended = await pullcred(["verify", ...common, ...trust, "-o", "json", ...args], input);
      const { results } = ended.stdout === "" ? { results: [] } : JSON.parse(ended.stdout);
      return { ...ended, results };
    },
    print: (args) => pullcred(["verify", ...common, ...trust, ...args]),
  };
}

/** The verdicts in order. */
export function verdicts({ results }: Verified): readonly string[] {
  return results.map(({ verdict }) => verdict);
}

function toBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}
