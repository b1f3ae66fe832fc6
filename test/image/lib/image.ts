import { readFileSync } from "node:fs";

/** What scripts/test-image.mjs has built. */
type BuiltImage = {
  /** The image's file system, with the mount points that containers got. */
  readonly rootFolder: string;
  /** The file system of its base. */
  readonly baseFolder: string;
  /** The bundle, built on this machine. */
  readonly bundle: string;
  readonly config: ImageConfig;
};

/** The settings of an image, as the OCI image specification names them. */
export type ImageConfig = {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
};

/** The image under test. */
export function builtImage(): BuiltImage {
  const found = process.env.PULLCRED_TEST_IMAGE;
  if (found === undefined) throw new Error("run these tests by: npm run test:image");
  const image = JSON.parse(found) as Omit<BuiltImage, "config"> & { config: string };
  return { ...image, config: JSON.parse(readFileSync(image.config, "utf8")) as ImageConfig };
}
