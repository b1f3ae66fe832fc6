import { Redacted } from "../../credential/redacted.ts";
import { readJsonObject, readText } from "../read-json.ts";

/** Keys of a role's session. */
export type MetadataKeys = {
  readonly accessKeyId: string;
  readonly secretAccessKey: Redacted;
  readonly sessionToken: Redacted;
};

/** Reads what the metadata service of EC2 and the agent of EKS Pod Identity answer; null where there are no keys in it. */
export function readMetadataKeys(body: string): MetadataKeys | null {
  const answer = readJsonObject(body);
  const accessKeyId = readText(answer, "AccessKeyId");
  const secretAccessKey = readText(answer, "SecretAccessKey");
  const sessionToken = readText(answer, "Token");
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined) return null;
  return {
    accessKeyId,
    secretAccessKey: new Redacted(secretAccessKey),
    sessionToken: new Redacted(sessionToken),
  };
}
