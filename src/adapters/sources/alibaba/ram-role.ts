import { readJsonObject } from "../../../core/cloud/read-json.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { HttpResponse, SendHttp } from "../../http/send-http.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { readSessionKeys } from "./session-keys.ts";
import type { AlibabaKeys } from "./sign-acs3.ts";

export type RamRoleOptions = {
  /** The role's name; undefined where it is the one that the node has. */
  readonly name: string | undefined;
  readonly send: SendHttp;
  readonly metadataUrl: string;
};

const ROLES = "/latest/meta-data/ram/security-credentials/";
/** Longer than the few requests that it is for. */
const TOKEN_SECONDS = "60";

/**
 * The RAM role of the node, by the metadata server of ECS.
 * (https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata)
 */
export function ramRole({ name, send, metadataUrl }: RamRoleOptions): CloudIdentity<AlibabaKeys> {
  const goal = "get the keys of the node's RAM role";

  async function ask(path: string, token: string, signal?: AbortSignal): Promise<HttpResponse> {
    const headers = token === "" ? {} : { "x-aliyun-ecs-metadata-token": token };
    return send(() => ({ method: "GET", url: `${metadataUrl}${path}`, headers }), signal);
  }

  /** What hardened nodes ask for; the others may not even know of it. */
  async function startSession(signal?: AbortSignal): Promise<string> {
    const headers = { "x-aliyun-ecs-metadata-token-ttl-seconds": TOKEN_SECONDS };
    const build = () => ({ method: "PUT", url: `${metadataUrl}/latest/api/token`, headers });
    const { status, body } = await send(build, signal);
    return status === 200 ? body.trim() : "";
  }

  async function findRole(token: string, signal?: AbortSignal): Promise<string> {
    const { status, body } = await ask(ROLES, token, signal);
    const found = body.trim().split("\n")[0] ?? "";
    if (status === 200 && found !== "") return found;
    throw fail(`the node has none (status ${status}): attach one to it, or write another auth`);
  }

  function fail(reason: string): PullcredError {
    return new PullcredError(ErrorCode.SourceFailed, `could not ${goal}: ${reason}`);
  }

  return {
    async resolve(signal) {
      const token = await startSession(signal);
      const role = name ?? (await findRole(token, signal));
      const { status, body } = await ask(`${ROLES}${encodeURIComponent(role)}`, token, signal);
      if (status === 404) throw fail(`the node does not have role ${role}: check auth.ramRole.name`);
      if (status !== 200) throw fail(`the metadata server answered with status ${status}`);
      const keys = readSessionKeys(readJsonObject(body), goal);
      return { kind: "keys", keys, name: `RAM role ${role} of the node` };
    },
    watch: () => () => undefined,
  };
}
