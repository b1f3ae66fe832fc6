import { partitionOf } from "../../../core/cloud/aws/partition.ts";
import type { EcrPublicConfig } from "../../../core/config/sources/ecr-public-schema.ts";
import type { SecretStore } from "../../../core/secret/secret-store.ts";
import type { SendHttp } from "../../http/send-http.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { toBaseUrl } from "../cloud-url.ts";
import { accessKey } from "./access-key.ts";
import type { AwsApi } from "./aws-api.ts";
import { instanceRole } from "./instance-role.ts";
import { hasPodIdentityEnvironment, podIdentity } from "./pod-identity.ts";
import type { AwsKeys } from "./sign-request.ts";
import { assumeRole, type Sts } from "./sts.ts";
import { hasWebIdentityEnvironment, webIdentity } from "./web-identity.ts";

export type AwsIdentityOptions = {
  /** What `ecr` and `ecrPublic` have in common. */
  readonly config: Pick<EcrPublicConfig, "auth" | "assumeRole" | "stsEndpoint">;
  /** The region of the registry. */
  readonly region: string;
  readonly api: AwsApi;
  readonly send: SendHttp;
  /** Where EKS says which role pullcred's ServiceAccount has. */
  readonly environment: NodeJS.ProcessEnv;
  readonly secrets: SecretStore;
  readonly ownNamespace: string;
};

/** As whom AWS is asked: the config's `auth`, or what there is, and from there on its `assumeRole`. */
export function chooseAwsIdentity(options: AwsIdentityOptions): CloudIdentity<AwsKeys> {
  const sts = chooseSts(options);
  const from = chooseOrigin(options, sts);
  const role = options.config.assumeRole;
  if (role === undefined) return from;
  return {
    async resolve(signal) {
      const resolved = await from.resolve(signal);
      if (resolved.kind === "missing") return resolved;
      const keys = await assumeRole(sts, role, resolved, signal);
      return { kind: "keys", keys, name: `role ${role.roleArn}` };
    },
    watch: from.watch,
  };
}

function chooseOrigin(options: AwsIdentityOptions, sts: Sts): CloudIdentity<AwsKeys> {
  const { config, environment, secrets, ownNamespace: namespace } = options;
  const auth = config.auth ?? detectAuth(environment);
  if (auth.secretRef) return accessKey({ secrets, namespace, name: auth.secretRef.name });
  if (auth.webIdentity) return webIdentity({ config: auth.webIdentity, environment, sts });
  return auth.podIdentity ? podIdentity(options) : instanceRole(options);
}

/** In the order of AWS' own SDKs. */
function detectAuth(environment: NodeJS.ProcessEnv): NonNullable<EcrPublicConfig["auth"]> {
  if (hasWebIdentityEnvironment(environment)) return { webIdentity: {} };
  return hasPodIdentityEnvironment(environment) ? { podIdentity: {} } : { instanceRole: {} };
}

/** The service of the cluster's own region, which it can reach, unless the registry is in another partition. */
function chooseSts({ config, region, api, environment }: AwsIdentityOptions): Sts {
  const own = environment.AWS_REGION || environment.AWS_DEFAULT_REGION || region;
  const near = partitionOf(own).id === partitionOf(region).id ? own : region;
  const endpoint = config.stsEndpoint ?? `sts.${near}.${partitionOf(near).dnsSuffix}`;
  return { api, baseUrl: toBaseUrl(endpoint), region: near };
}
