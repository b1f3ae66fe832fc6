import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, parseAllDocuments } from "yaml";

/** The chart's folder. */
export const CHART = fileURLToPath(new URL("../../../charts/pullcred", import.meta.url));

/** An object of the Kubernetes API, as it comes. */
// biome-ignore lint/suspicious/noExplicitAny: as it comes
export type KubeObject = any;

export type Values = Readonly<Record<string, unknown>>;

/** What the chart is installed as. */
export type Release = { readonly name?: string; readonly namespace?: string };

/** What `helm template` made. */
export type Rendered = {
  readonly text: string;
  readonly objects: readonly KubeObject[];
  /** The one object of this kind, and of this name and namespace where there are more. */
  find(kind: string, name?: string, namespace?: string): KubeObject;
  /** All of this kind, sorted, as `name`, or `namespace/name` outside of the release's. */
  names(kind: string): readonly string[];
};

export type HelmResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs helm, with nothing of this user's own settings, and with values in the place of `VALUES`. */
export function runHelm(args: readonly string[], values: Values = {}): HelmResult {
  const program = process.env.PULLCRED_TEST_HELM;
  if (program === undefined) throw new Error("run these tests by: npm run test:chart");
  const folder = mkdtempSync(join(tmpdir(), "pullcred-chart-"));
  try {
    const file = join(folder, "values.yaml");
    writeFileSync(file, JSON.stringify(values)); // also YAML, of every version
    const { status, stdout, stderr } = spawnSync(
      program,
      args.map((arg) => (arg === "VALUES" ? file : arg)),
      { encoding: "utf8", env: { PATH: process.env.PATH, HOME: folder } },
    );
    return { code: status ?? -1, stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What `helm install` would apply; release `pullcred` in namespace `pullcred-system` unless said otherwise. */
export function render(values: Values = {}, release: Release = {}): Rendered {
  const namespace = release.namespace ?? "pullcred-system";
  const { code, stdout, stderr } = template(values, release);
  if (code !== 0) throw new Error(stderr);
  // Helm and Kubernetes read YAML 1.1, to which `no` is false.
  const documents = parseAllDocuments(stdout, { version: "1.1" });
  const objects = documents.flatMap((document) => document.toJS() ?? []);
  return {
    text: stdout,
    objects,
    find(kind, name, within) {
      const found = objects.filter(
        (object) =>
          object.kind === kind &&
          (name === undefined || object.metadata.name === name) &&
          (within === undefined || object.metadata.namespace === within),
      );
      if (found.length !== 1) throw new Error(`there are ${found.length} of ${kind} ${name ?? ""}`);
      return found[0];
    },
    names: (kind) =>
      objects
        .filter((object) => object.kind === kind)
        .map(({ metadata }) => [metadata.namespace, metadata.name])
        .map(([place, name]) => (place === undefined || place === namespace ? name : `${place}/${name}`))
        .toSorted(),
  };
}

/** What helm says to values that it refuses; it fails where it does not. */
export function refusal(values: Values, release: Release = {}): string {
  const { code, stderr } = template(values, release);
  if (code === 0) throw new Error("helm has rendered these values");
  return stderr;
}

/** What helm prints after an installation. */
export function notes(values: Values): string {
  const { code, stdout, stderr } = runHelm(
    ["install", "pullcred", CHART, "--dry-run=client", "--values", "VALUES"],
    values,
  );
  if (code !== 0) throw new Error(stderr);
  return stdout.split("\nNOTES:\n")[1] ?? "";
}

/** The values of a file in the chart's folder. */
export function readValues(path: string): Values {
  return parse(readFileSync(join(CHART, path), "utf8"));
}

function template(values: Values, { name = "pullcred", namespace = "pullcred-system" }: Release): HelmResult {
  return runHelm(["template", name, CHART, "--namespace", namespace, "--values", "VALUES"], values);
}
