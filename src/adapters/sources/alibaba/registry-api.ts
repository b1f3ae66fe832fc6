import type { AlibabaAttempt } from "../../../core/cloud/alibaba/explain-refusal.ts";
import { findInstanceId, readDomains } from "../../../core/cloud/alibaba/read-instance.ts";
import { readEnterpriseToken, readPersonalToken } from "../../../core/cloud/alibaba/read-token.ts";
import type { RegistryToken } from "../../../core/cloud/registry-token.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { JsonObject } from "../../../core/json/json-object.ts";
import type { AlibabaApi } from "./alibaba-api.ts";
import { type AcsCall, type AlibabaKeys, secretsOf, signAcs3 } from "./sign-acs3.ts";

/** Container Registry's API, as one identity asks it. */
export type RegistryApi = {
  /** The ID of the Enterprise instance with this name. */
  findInstance(name: string): Promise<string>;
  /** A token of an Enterprise instance, or of the Personal Edition. */
  getToken(instanceId: string | undefined): Promise<Extract<RegistryToken, { ok: true }>>;
  /** All hosts of an Enterprise instance. */
  listDomains(instanceId: string): Promise<readonly string[]>;
};

export type RegistryApiOptions = {
  readonly api: AlibabaApi;
  readonly url: string;
  readonly region: string;
  readonly keys: AlibabaKeys;
  /** Whose keys they are. */
  readonly identity: string;
  readonly signal?: AbortSignal;
};

/** Speaks version 2018-12-01 with Enterprise instances, and 2016-06-07 with the Personal Edition. */
export function createRegistryApi(options: RegistryApiOptions): RegistryApi {
  const { api, url, region, keys, identity, signal } = options;

  function call(request: Omit<AcsCall, "baseUrl">, goal: string): Promise<JsonObject> {
    const action = `cr:${request.action}`;
    const attempt: AlibabaAttempt = { goal, action, identity, secrets: secretsOf(keys) };
    return api.call((moment) => signAcs3({ ...request, baseUrl: url }, keys, moment), attempt, signal);
  }

  function callByName(action: string, query: AcsCall["query"], goal: string): Promise<JsonObject> {
    return call({ method: "POST", path: "/", query, action, version: "2018-12-01" }, goal);
  }

  return {
    async findInstance(name) {
      const goal = `find the instance ${name}`;
      // The name may only be a part of what is looked for; an account has few instances.
      const query = { InstanceName: name, PageNo: "1", PageSize: "100" };
      const id = findInstanceId(await callByName("ListInstance", query, goal), name);
      if (id !== undefined) return id;
      throw new PullcredError(
        ErrorCode.SourceFailed,
        `could not ${goal}: ${identity} sees none in ${region}: check instanceName and region, or write instanceId`,
      );
    },
    async getToken(instanceId) {
      const goal = `get a token of ${instanceId ?? `the Personal Edition in ${region}`}`;
      const action = "GetAuthorizationToken";
      const token =
        instanceId === undefined
          ? readPersonalToken(
              await call({ method: "GET", path: "/tokens", query: {}, action, version: "2016-06-07" }, goal),
              api.now(),
            )
          : readEnterpriseToken(await callByName(action, { InstanceId: instanceId }, goal), api.now());
      if (token.ok) return token;
      throw new PullcredError(ErrorCode.SourceFailed, `could not ${goal}: ${token.problem}`);
    },
    async listDomains(instanceId) {
      const goal = `list the domains of ${instanceId}`;
      return readDomains(await callByName("ListInstanceEndpoint", { InstanceId: instanceId }, goal));
    },
  };
}
