import type { SendHttp } from "../../http/send-http.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { nodeRole } from "../node-role.ts";
import { readSessionKeys } from "./session-keys.ts";
import type { AlibabaKeys } from "./sign-acs3.ts";

export type RamRoleOptions = {
  /** The role's name; undefined where it is the one that the node has. */
  readonly name: string | undefined;
  readonly send: SendHttp;
  readonly metadataUrl: string;
};

/** Longer than the few requests that it is for. */
const TOKEN_SECONDS = "60";

/**
 * The RAM role of the node, by the metadata server of ECS.
 * (https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata)
 */
export function ramRole({ name, send, metadataUrl }: RamRoleOptions): CloudIdentity<AlibabaKeys> {
  /** What hardened nodes ask for; the others may not even know of it. */
  async function startSession(ask: SendHttp, signal?: AbortSignal): Promise<string> {
    const headers = { "x-aliyun-ecs-metadata-token-ttl-seconds": TOKEN_SECONDS };
    const build = () => ({ method: "PUT", url: `${metadataUrl}/latest/api/token`, headers });
    const { status, body } = await ask(build, signal);
    return status === 200 ? body.trim() : "";
  }

  return nodeRole({
    kind: "RAM role",
    option: "auth.ramRole.name",
    instead: "auth.rrsa",
    send,
    name,
    roles: "/latest/meta-data/ram/security-credentials/",
    async open(ask, signal) {
      const token = await startSession(ask, signal);
      const headers = token === "" ? {} : { "x-aliyun-ecs-metadata-token": token };
      return (path) => ask(() => ({ method: "GET", url: `${metadataUrl}${path}`, headers }), signal);
    },
    readKeys: readSessionKeys,
  });
}
