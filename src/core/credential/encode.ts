import type { Credentials, RegistryCredential } from "./credentials.ts";
import { Redacted } from "./redacted.ts";

/**
 * Writes a docker config.json that every version of kubelet reads the same way. The same credentials always give the same
 * bytes, so that copies can be compared, and kubelet's hash of a credential is one in all namespaces.
 */
export function encodeDockerConfigJson(credentials: Credentials): Redacted {
  // By hand, because an object would move keys such as "10" to the front and lose one called "__proto__".
  const entries = [...credentials].map(
    ([server, credential]) => `${JSON.stringify(server)}:${JSON.stringify(toEntry(credential))}`,
  );
  return new Redacted(`{"auths":{${entries.join(",")}}}`);
}

function toEntry({ username, password, email }: RegistryCredential): Readonly<Record<string, string>> {
  const plain = { username, password: password.reveal(), ...(email !== undefined && { email }) };
  // kubelet prefers `auth` and splits it at the first colon; a username with a colon does not survive that.
  if (username.includes(":")) return plain;
  return { ...plain, auth: Buffer.from(`${username}:${password.reveal()}`).toString("base64") };
}
