import type { ConfigFile } from "../../../adapters/files/config-file.ts";
import type { CopyWriter } from "../../../controllers/copy-writer.ts";
import type { CredentialVerifier } from "../../../controllers/credential-verifier.ts";
import type { OriginKeeper } from "../../../controllers/origin-keeper.ts";

/** The parts of the webhook that can tell how it is. */
export type WebhookState = {
  readonly configFile: Pick<ConfigFile, "current" | "loadedAt" | "refusal">;
  readonly origins: Pick<OriginKeeper, "of" | "troubleOf">;
  readonly writer: CopyWriter;
  readonly verification: Pick<CredentialVerifier, "known">;
};
