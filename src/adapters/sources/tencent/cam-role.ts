import { readJsonObject } from "../../../core/cloud/read-json.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import type { HttpResponse, SendHttp } from "../../http/send-http.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { readSessionKeys } from "./session-keys.ts";
import type { TencentKeys } from "./sign-tc3.ts";

export type CamRoleOptions = {
  /** The role's name; undefined where it is the one that the node has. */
  readonly name: string | undefined;
  readonly send: SendHttp;
  readonly metadataUrl: string;
};

const ROLES = "/latest/meta-data/cam/security-credentials/";

/** The CAM role of the node, by the metadata server of CVM. (https://cloud.tencent.com/document/product/598/85616) */
export function camRole({ name, send, metadataUrl }: CamRoleOptions): CloudIdentity<TencentKeys> {
  const goal = "get the keys of the node's CAM role";

  async function ask(path: string, signal?: AbortSignal): Promise<HttpResponse> {
    return send(() => ({ method: "GET", url: `${metadataUrl}${path}`, headers: {} }), signal);
  }

  async function findRole(signal?: AbortSignal): Promise<string> {
    const { status, body } = await ask(ROLES, signal);
    const found = body.trim().split("\n")[0] ?? "";
    if (status === 200 && found !== "") return found;
    throw fail(`the node has none (status ${status}): attach one to it, or write another auth`);
  }

  function fail(reason: string): PullcredError {
    return new PullcredError(ErrorCode.SourceFailed, `could not ${goal}: ${reason}`);
  }

  return {
    async resolve(signal) {
      const role = name ?? (await findRole(signal));
      const { status, body } = await ask(`${ROLES}${encodeURIComponent(role)}`, signal);
      if (status === 404) throw fail(`the node does not have role ${role}: check auth.camRole.name`);
      if (status !== 200) throw fail(`the metadata server answered with status ${status}`);
      const keys = readSessionKeys(readJsonObject(body), goal);
      return { kind: "keys", keys, name: `CAM role ${role} of the node` };
    },
    watch: () => () => undefined,
  };
}
