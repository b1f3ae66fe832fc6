import type { Test } from "tap";
import { type CloudServer, cloudServer, type Received, type Reply } from "../cloud-server.ts";
import { errorReply, noPermission } from "./error-replies.ts";
import { type KnownKey, refuseAcs3 } from "./verify-acs3.ts";

/** What the fake knows, and a test may change. */
export type AlibabaState = {
  /** The server's clock. */
  now: number;
  readonly keys: Map<string, KnownKey>;
  /** Actions that no policy allows. */
  readonly denied: Set<string>;
  /** The OIDC token that a role accepts. */
  oidcToken: string;
  /** The role that the node has. */
  nodeRole: string;
  /** What the registry answers with. */
  registryToken: { readonly [field: string]: unknown };
  /** Makes its next answers instead, where each is to be another. */
  makeToken?: () => AlibabaState["registryToken"];
  readonly endpoints: readonly unknown[];
};

/** Alibaba Cloud's Container Registry, Security Token Service and metadata server, all at one address. */
export type AlibabaCloud = CloudServer & {
  readonly state: AlibabaState;
  /** The actions that were asked for, in order. */
  actions(): readonly string[];
};

export const ACCESS_KEY = { id: "LTAI5tExampleKeyId", secret: "ExampleAccessKeySecret" };
export const INSTANCE = { id: "cri-xkx6vujuhay0abcd", name: "acme" };
export const NODE_TOKEN = "metadata-session";

const HOUR = 60 * 60_000;

/** Answers as the published references say, and checks every signature by itself. */
export async function alibabaCloud(t: Test, now: number): Promise<AlibabaCloud> {
  const state: AlibabaState = {
    now,
    keys: new Map([[ACCESS_KEY.id, { secret: ACCESS_KEY.secret }]]),
    denied: new Set(),
    oidcToken: "projected.service-account.token",
    nodeRole: "KubernetesWorkerRole-1a2b",
    registryToken: {
      TempUsername: "cr_temp_user",
      AuthorizationToken: "shaun:uucz:AbCd==",
      ExpireTime: now + HOUR,
    },
    endpoints: [
      {
        EndpointType: "internet",
        Enable: true,
        Domains: [{ Type: "SYSTEM", Domain: "acme-registry.cn-hangzhou.cr.aliyuncs.com" }],
        AclEnable: true,
        LinkedVpcs: [],
      },
      {
        EndpointType: "vpc",
        Enable: true,
        Domains: [
          { Type: "SYSTEM", Domain: "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com" },
          { Type: "USER", Domain: "images.acme.example" },
        ],
      },
      { EndpointType: "internet", Enable: false, Domains: [{ Type: "USER", Domain: "off.acme.example" }] },
    ],
  };
  const handle = (request: Received): Reply => {
    const reply = answer(request, state);
    return { ...reply, headers: { date: new Date(state.now).toUTCString(), ...reply.headers } };
  };
  const server = await cloudServer(t, handle);
  return { ...server, state, actions: () => server.received.map(nameAction) };
}

function nameAction({ method, url, headers }: Received): string {
  return String(
    headers["x-acs-action"] ?? url.searchParams.get("Action") ?? `${method} ${decodeURI(url.pathname)}`,
  );
}

function answer(request: Received, state: AlibabaState): Reply {
  const { url } = request;
  if (url.pathname.startsWith("/latest/")) return answerMetadata(request, state);
  const action = nameAction(request);
  if (action === "AssumeRoleWithOIDC") return assumeByToken(request, state);
  const refusal = refuseAcs3(request, state.keys, state.now);
  if (refusal !== null) return errorReply(refusal);
  const version = request.headers["x-acs-version"];
  const product = version === "2015-04-01" ? "sts" : "cr";
  if (state.denied.has(`${product}:${action}`)) return noPermission(`${product}:${action}`);
  switch (`${version} ${action}`) {
    case "2015-04-01 AssumeRole":
      return session(state, `${url.searchParams.get("RoleArn")}`);
    case "2016-06-07 GetAuthorizationToken": {
      if (url.pathname !== "/tokens" || request.method !== "GET") return errorReply("InvalidAction.NotFound");
      const { TempUsername, AuthorizationToken, ExpireTime } = state.makeToken?.() ?? state.registryToken;
      const data = {
        tempUserName: TempUsername,
        authorizationToken: AuthorizationToken,
        expireDate: ExpireTime,
      };
      return { status: 200, body: { data, requestId: "E069EB86" } };
    }
    case "2018-12-01 GetAuthorizationToken":
      if (url.searchParams.get("InstanceId") !== INSTANCE.id) return errorReply("INSTANCE_NOT_EXIST");
      return success(state.makeToken?.() ?? state.registryToken);
    case "2018-12-01 ListInstance":
      // It also finds names that only contain what is looked for.
      return success({
        Instances: [
          { InstanceName: `${INSTANCE.name}-old`, InstanceId: "cri-other", InstanceStatus: "RUNNING" },
          { InstanceName: INSTANCE.name, InstanceId: INSTANCE.id, InstanceStatus: "RUNNING" },
        ],
        TotalCount: 2,
      });
    case "2018-12-01 ListInstanceEndpoint":
      return success({ Endpoints: state.endpoints });
    default:
      return errorReply("InvalidAction.NotFound");
  }
}

function success(fields: object): Reply {
  return { status: 200, body: { RequestId: "E069EB86", Code: "success", IsSuccess: true, ...fields } };
}

function assumeByToken({ url, body }: Received, state: AlibabaState): Reply {
  const form = new URLSearchParams(body);
  if (url.searchParams.get("Version") !== "2015-04-01") return errorReply("InvalidVersion");
  if (form.get("OIDCToken") !== state.oidcToken) return errorReply("AuthenticationFail.OIDCToken.Invalid");
  if (!(Math.abs(state.now - Date.parse(`${url.searchParams.get("Timestamp")}`)) <= 15 * 60_000)) {
    return errorReply("InvalidTimeStamp.Expired");
  }
  if (state.denied.has("sts:AssumeRoleWithOIDC")) return errorReply("AuthenticationFail.NoPermission");
  return session(state, `${form.get("RoleArn")}`);
}

/** Keys of a new session, with which requests can be signed from now on. */
function session(state: AlibabaState, role: string): Reply {
  const id = `STS.${state.keys.size}`;
  const secret = `session-secret-${state.keys.size}`;
  const token = `CAIS/+session=${state.keys.size}`;
  state.keys.set(id, { secret, token });
  const Credentials = {
    AccessKeyId: id,
    AccessKeySecret: secret,
    SecurityToken: token,
    Expiration: new Date(state.now + HOUR).toISOString().replace(/\.\d+/, ""),
  };
  return { status: 200, body: { RequestId: "6894B13B", AssumedRoleUser: { Arn: role }, Credentials } };
}

function answerMetadata({ method, url, headers }: Received, state: AlibabaState): Reply {
  const roles = "/latest/meta-data/ram/security-credentials/";
  if (method === "PUT" && url.pathname === "/latest/api/token") return { status: 200, body: NODE_TOKEN };
  if (headers["x-aliyun-ecs-metadata-token"] !== NODE_TOKEN) return { status: 403, body: "<html>" };
  if (url.pathname === roles && state.nodeRole !== "") return { status: 200, body: `${state.nodeRole}\n` };
  if (state.nodeRole === "" || url.pathname !== `${roles}${state.nodeRole}`) return { status: 404 };
  const { body } = session(state, state.nodeRole);
  return { status: 200, body: { ...(body as { Credentials: object }).Credentials, Code: "Success" } };
}
