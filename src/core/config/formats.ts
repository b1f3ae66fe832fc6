import type { Remark } from "./problem.ts";
import { checkFilePath } from "./rules/file-path.ts";
import { checkGoDuration } from "./rules/go-duration.ts";
import { checkImageRepository } from "./rules/image-repository.ts";
import { checkMatchImage } from "./rules/match-image.ts";
import { checkNamespaceGlob } from "./rules/namespace-glob.ts";
import type { TextFormat } from "./schema-node.ts";

const CHECKS: Readonly<Record<TextFormat, (text: string) => readonly Remark[]>> = {
  "match-image": checkMatchImage,
  "namespace-glob": checkNamespaceGlob,
  "file-path": checkFilePath,
  "image-repository": checkImageRepository,
  "go-duration": checkGoDuration,
};

/** What there is to say about a text that has to have this format. */
export function checkFormat(format: TextFormat, text: string): readonly Remark[] {
  return CHECKS[format](text);
}
