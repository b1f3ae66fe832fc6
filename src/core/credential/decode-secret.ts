import type { Secret } from "../secret/secret.ts";
import { decodeUtf8 } from "./auth-field.ts";
import { credentialsForPatterns } from "./basic-auth.ts";
import type { DecodedCredentials } from "./credentials.ts";
import { decodeDockerConfigJson, decodeDockercfg } from "./docker-config.ts";
import { findOddText } from "./odd-text.ts";
import { Redacted } from "./redacted.ts";
import { decodeSecretData } from "./secret-data.ts";

const DOCKER_CONFIG_JSON = "kubernetes.io/dockerconfigjson";
const DOCKERCFG = "kubernetes.io/dockercfg";
const BASIC_AUTH = "kubernetes.io/basic-auth";

/** Reads the credentials that a Secret holds; a username and password are for all of the mapping's patterns. */
export function decodeCredentialSecret(secret: Secret, matchImages: readonly string[]): DecodedCredentials {
  switch (secret.type) {
    case DOCKER_CONFIG_JSON:
      return decodeKey(secret, ".dockerconfigjson", decodeDockerConfigJson);
    case DOCKERCFG:
      return decodeKey(secret, ".dockercfg", decodeDockercfg);
    case BASIC_AUTH:
      return decodeBasicAuth(secret, matchImages);
    default:
      return refuse(
        "type",
        `is ${secret.type ?? "not set"}, which holds no pull credential: create the Secret anew with type ` +
          `${DOCKER_CONFIG_JSON} or ${BASIC_AUTH}, because a type cannot be changed`,
      );
  }
}

function decodeKey(
  secret: Secret,
  key: string,
  decode: (text: string) => DecodedCredentials,
): DecodedCredentials {
  const text = readText(secret, key);
  if (typeof text !== "string") return text;
  const decoded = decode(text);
  if (decoded.ok) return decoded;
  const problems = decoded.problems.map(({ path, message }) => ({
    path: `data[${key}] ${path}`.trim(),
    message,
  }));
  return { ok: false, problems };
}

function decodeBasicAuth(secret: Secret, matchImages: readonly string[]): DecodedCredentials {
  const username = readText(secret, "username");
  const password = readText(secret, "password");
  if (typeof username !== "string") return username;
  if (typeof password !== "string") return password;
  const credential = { username, password: new Redacted(password) };
  const credentials = credentialsForPatterns(username, credential.password, matchImages);
  const findings = findOddText(credential).map(({ field, message }) => ({ path: `data[${field}]`, message }));
  return { ok: true, credentials, findings };
}

/** The text under a key of `data`, or the refusal where there is none. */
function readText(secret: Secret, key: string): string | DecodedCredentials {
  const encoded = secret.data?.[key];
  if (encoded === undefined || encoded === "") return refuse(`data[${key}]`, "is missing or empty");
  const bytes = decodeSecretData(encoded);
  if (bytes === null) return refuse(`data[${key}]`, "is not base64");
  return decodeUtf8(bytes) ?? refuse(`data[${key}]`, "does not hold UTF-8");
}

function refuse(path: string, message: string): DecodedCredentials {
  return { ok: false, problems: [{ path, message }] };
}
