import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const TSC = fileURLToPath(new URL("../../../node_modules/typescript/lib/tsc.js", import.meta.url));

/**
 * Grafana publishes the schema of its dashboards as types. An enum of strings is taken by the strings that it stands for,
 * and of a panel's options each may be left out, as Grafana takes it.
 */
const HEAD = `import type { Dashboard, Panel } from "@grafana/schema";
import type * as Stat from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type * as Time from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";

type Json<T> = T extends string
  ? \`\${T}\`
  : T extends readonly (infer Item)[]
    ? readonly Json<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Json<T[Key]> }
      : T;
type Sparse<T> = T extends readonly unknown[] ? T : T extends object ? { [Key in keyof T]?: Sparse<T[Key]> } : T;
type Own<Type extends string, Options, Custom> = Omit<Json<Panel>, "type" | "options" | "fieldConfig"> & {
  readonly type: Type;
  readonly options: Sparse<Json<Options>>;
  readonly fieldConfig: {
    readonly overrides: readonly [];
    readonly defaults: Omit<Json<NonNullable<Panel["fieldConfig"]>["defaults"]>, "custom"> & {
      readonly custom?: Sparse<Json<Custom>>;
    };
  };
};
type OwnPanel = Own<"stat", Stat.Options, never> | Own<"timeseries", Time.Options, Time.FieldConfig>;
type OwnDashboard = Omit<Json<Dashboard>, "panels"> & { readonly panels: readonly OwnPanel[] };
`;

/** What Grafana's schema has against a dashboard, by the compiler that reads it; empty where it has nothing. */
export function checkDashboard(folder: string, dashboard: unknown): string {
  const json = JSON.stringify(dashboard, undefined, 2);
  writeFileSync(
    join(folder, "dashboard.ts"),
    `${HEAD}\nexport default ${json} as const satisfies OwnDashboard;\n`,
  );
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: "preserve",
    target: "esnext",
    skipLibCheck: true,
    types: [],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["dashboard.ts"] }));
  const { status, stdout, stderr } = spawnSync(process.execPath, [TSC, "--pretty", "false", "-p", folder], {
    encoding: "utf8",
  });
  return status === 0 ? "" : `${stdout}${stderr}` || `the compiler ended with ${status}`;
}
