import { readJsonObject } from "../../core/cloud/read-json.ts";
import { ErrorCode, PullcredError } from "../../core/error.ts";
import type { JsonObject } from "../../core/json/json-object.ts";
import type { HttpResponse, SendHttp } from "../http/send-http.ts";
import type { CloudIdentity } from "./cloud-identity.ts";
import { toMetadataService } from "./metadata-service.ts";

export type NodeRoleOptions<Keys> = {
  /** What the cloud calls it, such as `RAM role`. */
  readonly kind: string;
  /** The key of the configuration that names the role, such as `auth.ramRole.name`. */
  readonly option: string;
  /** The one that has another identity in it, for where there is no such node. */
  readonly instead: string;
  readonly send: SendHttp;
  /** The role's name; undefined where it is the one that the node has. */
  readonly name: string | undefined;
  /** The path below which the metadata server has the roles' keys, with a slash at its end. */
  readonly roles: string;
  /** Begins to ask the metadata server by `send`; what it returns sends a GET for a path. */
  readonly open: (send: SendHttp, signal?: AbortSignal) => Promise<(path: string) => Promise<HttpResponse>>;
  readonly readKeys: (answer: JsonObject, goal: string) => Keys;
};

/** The role of the node, by a metadata server that lists the roles' names and gives the keys of one. */
export function nodeRole<Keys>(options: NodeRoleOptions<Keys>): CloudIdentity<Keys> {
  const { kind, option, instead, name, roles, open, readKeys } = options;
  const goal = `get the keys of the node's ${kind}`;
  const send = toMetadataService(
    options.send,
    (reason) => `could not ${goal}: ${reason}; on other nodes write ${instead}`,
  );

  function fail(reason: string): PullcredError {
    return new PullcredError(ErrorCode.SourceFailed, `could not ${goal}: ${reason}`);
  }

  function readRole({ status, body }: HttpResponse): string {
    const found = body.trim().split("\n")[0] ?? "";
    if (status === 200 && found !== "") return found;
    throw fail(`the node has none (status ${status}): attach one to it, or write another auth`);
  }

  return {
    async resolve(signal) {
      const ask = await open(send, signal);
      const role = name ?? readRole(await ask(roles));
      const { status, body } = await ask(`${roles}${encodeURIComponent(role)}`);
      if (status === 404) throw fail(`the node does not have role ${role}: check ${option}`);
      if (status !== 200) throw fail(`the metadata server answered with status ${status}`);
      return {
        kind: "keys",
        keys: readKeys(readJsonObject(body), goal),
        name: `${kind} ${role} of the node`,
      };
    },
    watch: () => () => undefined,
  };
}
