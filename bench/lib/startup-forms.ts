import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** As in the image. */
const FLAGS = ["--max-semi-space-size=4"];

/** A way to run pullcred. */
export type Form = {
  readonly name: string;
  /** Node's arguments, up to the main file. */
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it takes besides Node. */
  readonly megabytes: number;
};

/** A webhook that was started. */
export type StartedForm = {
  /** From the start of the process until it was ready. */
  readonly startMs: number;
  /** Resident memory in MiB. */
  memory(): number;
  stop(): Promise<unknown>;
};

/** Starts `serve` in this form and waits until it is ready. */
export type StartForm = (form: Form) => Promise<StartedForm>;

/** Bundles the sources into a folder of their own and lists the forms, the sources first. */
export function makeForms(): { readonly forms: readonly Form[]; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "pullcred-startup-"));
  const bundle = join(folder, "bundle");
  execFileSync(process.execPath, [join(ROOT, "scripts", "bundle.mjs"), bundle], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const sources = join(ROOT, "src", "main.ts");
  const main = join(bundle, "main.mjs");
  const size = {
    sources: megabytesOf([join(ROOT, "src"), ...productionPackages()]),
    bundle: megabytesOf([bundle]),
  };
  const cache = { NODE_COMPILE_CACHE: join(folder, "cache") };
  const forms = [
    { name: "sources", program: [sources], env: {}, megabytes: size.sources },
    { name: "sources, flags", program: [...FLAGS, sources], env: {}, megabytes: size.sources },
    { name: "bundle", program: [main], env: {}, megabytes: size.bundle },
    { name: "bundle, flags: the image", program: [...FLAGS, main], env: {}, megabytes: size.bundle },
    { name: "bundle, flags, compile cache", program: [...FLAGS, main], env: cache, megabytes: size.bundle },
  ];
  return { forms, folder };
}

/** The folders that `npm ci --omit=dev --omit=optional` would make. */
function productionPackages(): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean }>>;
  };
  return Object.entries(packages)
    .filter(([path, { dev, optional, devOptional }]) => path !== "" && !dev && !optional && !devOptional)
    .map(([path]) => join(ROOT, path));
}

function megabytesOf(folders: readonly string[]): number {
  // A package's own node_modules are packages of the lock file, too.
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
      .filter(({ entry, path }) => entry.isFile() && !path.slice(folder.length).includes("node_modules")),
  );
  return files.reduce((sum, { path }) => sum + statSync(path).size, 0) / 1e6;
}
