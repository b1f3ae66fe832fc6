import type { AlibabaAttempt } from "../../../core/cloud/alibaba/explain-refusal.ts";
import { type AlibabaConfig, alibabaSchema } from "../../../core/config/sources/alibaba-schema.ts";
import { isJsonObject } from "../../../core/json/json-object.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import type { AlibabaApi } from "./alibaba-api.ts";
import { readSessionKeys, readSessionSeconds, SESSION_NAME } from "./session-keys.ts";
import { type AlibabaKeys, secretsOf, signAcs3 } from "./sign-acs3.ts";

export type AssumeRoleOptions = {
  readonly config: NonNullable<AlibabaConfig["assumeRole"]>;
  /** Who assumes it. */
  readonly from: CloudIdentity<AlibabaKeys>;
  readonly api: AlibabaApi;
  readonly stsUrl: string;
};

const { sessionDuration } = alibabaSchema.properties.assumeRole.properties;

/** A RAM role that another identity assumes, such as one of another account. */
export function assumeRole({ config, from, api, stsUrl }: AssumeRoleOptions): CloudIdentity<AlibabaKeys> {
  const { roleArn, externalId } = config;
  const duration = readSessionSeconds(config.sessionDuration ?? sessionDuration.default);

  async function assume(keys: AlibabaKeys, identity: string, signal?: AbortSignal): Promise<AlibabaKeys> {
    const attempt: AlibabaAttempt = {
      goal: `assume role ${roleArn}`,
      action: "sts:AssumeRole",
      identity,
      role: roleArn,
      secrets: secretsOf(keys),
    };
    const call = {
      method: "POST",
      baseUrl: stsUrl,
      path: "/",
      query: {
        DurationSeconds: duration,
        ...(externalId !== undefined && { ExternalId: externalId }),
        RoleArn: roleArn,
        RoleSessionName: SESSION_NAME,
      },
      action: "AssumeRole",
      version: "2015-04-01",
    } as const;
    const answer = await api.call((moment) => signAcs3(call, keys, moment), attempt, signal);
    return readSessionKeys(isJsonObject(answer.Credentials) ? answer.Credentials : {}, attempt.goal);
  }

  return {
    async resolve(signal) {
      const resolved = await from.resolve(signal);
      if (resolved.kind === "missing") return resolved;
      const keys = await assume(resolved.keys, resolved.name, signal);
      return { kind: "keys", keys, name: `role ${roleArn}` };
    },
    watch: from.watch,
  };
}
