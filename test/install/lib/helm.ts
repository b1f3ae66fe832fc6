import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { type ControlPlane, kubeconfig } from "../../cluster/lib/control-plane.ts";

const CHART = fileURLToPath(new URL("../../../charts/pullcred", import.meta.url));

/** helm, as a user with every right runs it. */
export type Helm = {
  /** `helm install RELEASE charts/pullcred`, which ends when its Pods are ready. */
  install(values: object, ...args: readonly string[]): Promise<HelmResult>;
  upgrade(values: object, ...args: readonly string[]): Promise<HelmResult>;
  uninstall(): Promise<HelmResult>;
  /** What would be applied. */
  template(values: object): Promise<string>;
};

export type HelmResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** helm for one release in one namespace. */
export function createHelm(plane: ControlPlane, release: string, namespace: string): Helm {
  const program = process.env.PULLCRED_TEST_HELM;
  if (program === undefined) throw new Error("run these tests by: npm run test:install");
  const config = join(plane.folder, "helm.kubeconfig");
  const valuesFile = join(plane.folder, `${release}-${namespace}.yaml`);
  writeFileSync(config, kubeconfig(plane.port, `token: ${plane.adminToken}`), { mode: 0o600 });

  async function run(...args: readonly string[]): Promise<HelmResult> {
    const child = spawn(program ?? "", ["--kubeconfig", config, "--namespace", namespace, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, HOME: plane.folder },
    });
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit"),
    ]);
    return { code, stdout, stderr };
  }

  function withValues(values: object): readonly string[] {
    writeFileSync(valuesFile, stringify(values));
    return [release, CHART, "--values", valuesFile];
  }

  return {
    install: (values, ...args) =>
      run("install", ...withValues(values), "--create-namespace", "--wait", "--timeout", "60s", ...args),
    upgrade: (values, ...args) =>
      run("upgrade", ...withValues(values), "--wait", "--timeout", "60s", ...args),
    uninstall: () => run("uninstall", release, "--wait", "--timeout", "60s"),
    async template(values) {
      const { code, stdout, stderr } = await run("template", ...withValues(values));
      if (code !== 0) throw new Error(stderr);
      return stdout;
    },
  };
}
