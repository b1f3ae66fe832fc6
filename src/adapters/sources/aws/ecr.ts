import { partitionOf } from "../../../core/cloud/aws/partition.ts";
import { type EcrPublicConfig, ecrPublicSchema } from "../../../core/config/sources/ecr-public-schema.ts";
import type { EcrConfig } from "../../../core/config/sources/ecr-schema.ts";
import type { CredentialSource } from "../../../core/credential/source.ts";
import type { Clock } from "../../../core/time/clock.ts";
import { toBaseUrl } from "../cloud-url.ts";
import { createAwsApi } from "./aws-api.ts";
import { type AwsIdentityOptions, chooseAwsIdentity } from "./choose-identity.ts";
import { ecrTokenSource } from "./ecr-token.ts";

type SourceOptions<Config> = Pick<AwsIdentityOptions, "send" | "environment" | "secrets" | "ownNamespace"> & {
  readonly config: Config;
  readonly matchImages: readonly string[];
  readonly clock: Clock;
};
export type EcrOptions = SourceOptions<EcrConfig>;
export type EcrPublicOptions = SourceOptions<EcrPublicConfig>;

/** Where the public registry's API is, wherever its images are pulled. */
const PUBLIC_REGION = "us-east-1";

/** The private registries of Amazon ECR in a region as a source of credentials. */
export function ecrSource(options: EcrOptions): CredentialSource {
  const { config, matchImages } = options;
  const { region, endpoint = `api.ecr.${region}.${partitionOf(region).dnsSuffix}` } = config;
  const api = createAwsApi(options.send, options.clock);
  return ecrTokenSource({
    api,
    clock: options.clock,
    identity: chooseAwsIdentity({ ...options, region, api }),
    baseUrl: toBaseUrl(endpoint),
    scope: { region, service: "ecr" },
    target: "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
    goal: `get a token of ECR in ${region}`,
    matchImages,
  });
}

/** Amazon's public registry as a source of credentials. */
export function ecrPublicSource(options: EcrPublicOptions): CredentialSource {
  const { config, matchImages } = options;
  const { endpoint = ecrPublicSchema.properties.endpoint.default } = config;
  const api = createAwsApi(options.send, options.clock);
  return ecrTokenSource({
    api,
    clock: options.clock,
    identity: chooseAwsIdentity({ ...options, region: PUBLIC_REGION, api }),
    baseUrl: toBaseUrl(endpoint),
    scope: { region: PUBLIC_REGION, service: "ecr-public" },
    target: "SpencerFrontendService.GetAuthorizationToken",
    goal: "get a token of ECR Public",
    matchImages,
  });
}
