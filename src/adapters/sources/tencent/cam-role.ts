import type { SendHttp } from "../../http/send-http.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { nodeRole } from "../node-role.ts";
import { readSessionKeys } from "./session-keys.ts";
import type { TencentKeys } from "./sign-tc3.ts";

export type CamRoleOptions = {
  /** The role's name; undefined where it is the one that the node has. */
  readonly name: string | undefined;
  readonly send: SendHttp;
  readonly metadataUrl: string;
};

/** The CAM role of the node, by the metadata server of CVM. (https://cloud.tencent.com/document/product/598/85616) */
export function camRole({ name, send, metadataUrl }: CamRoleOptions): CloudIdentity<TencentKeys> {
  return nodeRole({
    kind: "CAM role",
    option: "auth.camRole.name",
    instead: "auth.oidc",
    send,
    name,
    roles: "/latest/meta-data/cam/security-credentials/",
    open: async (ask, signal) => (path) =>
      ask(() => ({ method: "GET", url: `${metadataUrl}${path}`, headers: {} }), signal),
    readKeys: readSessionKeys,
  });
}
