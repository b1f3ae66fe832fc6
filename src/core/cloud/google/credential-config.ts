import { isJsonObject } from "../../json/json-object.ts";
import { readJsonObject, readText } from "../read-json.ts";

/** How a token of somebody else becomes one of Google's. */
export type CredentialConfig = {
  readonly audience: string;
  readonly subjectTokenType: string;
  readonly tokenUrl: string;
  /** Gives a token of a service account for the one of the federated identity; undefined where that one is used. */
  readonly impersonationUrl: string | undefined;
  readonly lifetimeSeconds: number;
  readonly tokenFile: string;
  /** Where in the file's JSON the token is; undefined where it is the whole file. */
  readonly tokenField: string | undefined;
};

/** A credential configuration, or why it cannot be used. */
export type ParsedCredentialConfig =
  | { readonly ok: true; readonly config: CredentialConfig }
  | { readonly ok: false; readonly problem: string };

const LIFETIME_SECONDS = 3_600;
/** Without TLS a token goes to nobody but this machine. */
const SAFE_URL = /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?\/)/;

/**
 * Reads a credential configuration file of type `external_account`.
 * (https://google.aip.dev/auth/4117)
 */
export function parseCredentialConfig(text: string): ParsedCredentialConfig {
  const written = readJsonObject(text);
  const type = readText(written, "type");
  if (type === "service_account") {
    return refuse(
      "is the key of a service account, which belongs in a Secret: use secretRef, with username _json_key",
    );
  }
  if (type !== "external_account") return refuse('is no credential configuration of type "external_account"');
  const source = isJsonObject(written.credential_source) ? written.credential_source : {};
  const tokenFile = readText(source, "file");
  if (tokenFile === undefined) {
    return refuse("has a credential_source that is no file: make it with --credential-source-file");
  }
  const audience = readText(written, "audience");
  const subjectTokenType = readText(written, "subject_token_type");
  if (audience === undefined || subjectTokenType === undefined) {
    return refuse("has no audience or no subject_token_type");
  }
  const universe = readText(written, "universe_domain") ?? "googleapis.com";
  const tokenUrl = readText(written, "token_url") ?? `https://sts.${universe}/v1/token`;
  const impersonationUrl = readText(written, "service_account_impersonation_url");
  if (![tokenUrl, impersonationUrl ?? tokenUrl].every((url) => SAFE_URL.test(url))) {
    return refuse("has an address that is not HTTPS");
  }
  const format = isJsonObject(source.format) ? source.format : {};
  const isJson = readText(format, "type") === "json";
  const tokenField = readText(format, "subject_token_field_name");
  if (isJson && tokenField === undefined)
    return refuse("has a format of type json without subject_token_field_name");
  const { service_account_impersonation: options } = written;
  const lifetime = isJsonObject(options) ? options.token_lifetime_seconds : undefined;
  return {
    ok: true,
    config: {
      audience,
      subjectTokenType,
      tokenUrl,
      impersonationUrl,
      lifetimeSeconds: typeof lifetime === "number" ? lifetime : LIFETIME_SECONDS,
      tokenFile,
      tokenField: isJson ? tokenField : undefined,
    },
  };
}

function refuse(problem: string): ParsedCredentialConfig {
  return { ok: false, problem };
}
