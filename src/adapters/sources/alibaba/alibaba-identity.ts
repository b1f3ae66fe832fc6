import type { AlibabaConfig } from "../../../core/config/sources/alibaba-schema.ts";
import type { SecretStore } from "../../../core/secret/secret-store.ts";
import type { SendHttp } from "../../http/send-http.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { accessKey } from "./access-key.ts";
import type { AlibabaApi } from "./alibaba-api.ts";
import { assumeRole } from "./assume-role.ts";
import { ramRole } from "./ram-role.ts";
import { hasRrsaEnvironment, rrsa } from "./rrsa.ts";
import type { AlibabaKeys } from "./sign-acs3.ts";

export type AlibabaIdentityOptions = {
  readonly config: AlibabaConfig;
  readonly secrets: SecretStore;
  readonly ownNamespace: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly send: SendHttp;
  readonly api: AlibabaApi;
  readonly stsUrl: string;
  readonly metadataUrl: string;
};

/** As whom Alibaba Cloud is asked, as the config says. */
export function createAlibabaIdentity(options: AlibabaIdentityOptions): CloudIdentity<AlibabaKeys> {
  const { config, api, stsUrl } = options;
  const from = chooseIdentity(options);
  if (config.assumeRole === undefined) return from;
  return assumeRole({ config: config.assumeRole, from, api, stsUrl });
}

function chooseIdentity(options: AlibabaIdentityOptions): CloudIdentity<AlibabaKeys> {
  const { config, secrets, ownNamespace, environment, send, api, stsUrl, metadataUrl } = options;
  const { auth = hasRrsaEnvironment(environment) ? { rrsa: {} } : { ramRole: {} } } = config;
  if (auth.secretRef !== undefined) {
    return accessKey({ secrets, namespace: ownNamespace, name: auth.secretRef.name });
  }
  if (auth.rrsa !== undefined) return rrsa({ config: auth.rrsa, environment, api, stsUrl });
  return ramRole({ name: auth.ramRole?.name, send, metadataUrl });
}
