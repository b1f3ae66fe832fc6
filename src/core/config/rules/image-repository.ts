import { parseImageReference } from "../../image/reference.ts";
import type { Remark } from "../problem.ts";

/** Checks an image that stands for all of its tags. */
export function checkImageRepository(text: string): readonly Remark[] {
  const parsed = parseImageReference(text);
  if (!parsed.ok) return [refuse(`must be an image: ${parsed.error}`)];
  const { tag, digest } = parsed.reference;
  const isPlain = digest === null && tag === "latest" && !text.endsWith(":latest");
  return isPlain ? [] : [refuse("must have neither tag nor digest, as kubelet asks its plugins")];
}

function refuse(message: string): Remark {
  return { severity: "error", message };
}
