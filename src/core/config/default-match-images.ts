import type { CredentialsConfig } from "./schema.ts";
import { alibabaMatchImages } from "./sources/alibaba-match-images.ts";
import { azureMatchImages } from "./sources/azure-match-images.ts";
import { ecrMatchImages, ecrPublicMatchImages } from "./sources/ecr-match-images.ts";
import { garMatchImages } from "./sources/gar-match-images.ts";
import { tencentMatchImages } from "./sources/tencent-match-images.ts";

/** The sources that know their registry's hosts; some only where the configuration says more. */
const TELLING: ReadonlySet<string> = new Set(["ecr", "ecrPublic", "gar", "azure", "alibaba", "tencent"]);

/** Whether a source with this key may tell its registry's hosts. */
export function mayTellHosts(source: string): boolean {
  return TELLING.has(source);
}

/** The hosts of the registry that a source gives credentials for; none where it doesn't tell. */
export function defaultMatchImages(credentials: CredentialsConfig): readonly string[] {
  if ("ecr" in credentials) return ecrMatchImages(credentials.ecr);
  if ("ecrPublic" in credentials) return ecrPublicMatchImages();
  if ("gar" in credentials) return garMatchImages(credentials.gar);
  if ("azure" in credentials) return azureMatchImages(credentials.azure);
  if ("alibaba" in credentials) return alibabaMatchImages(credentials.alibaba);
  if ("tencent" in credentials) return tencentMatchImages(credentials.tencent);
  return [];
}
