import type { Test } from "tap";
import { type CloudServer, cloudServer, type Received, type Reply } from "../cloud-server.ts";
import { type KnownKey, refuseTc3 } from "./verify-tc3.ts";

/** What the fake knows, and a test may change. */
export type TencentState = {
  /** The server's clock. */
  now: number;
  readonly keys: Map<string, KnownKey>;
  /** Whether a policy allows the registry's tokens. */
  isAllowed: boolean;
  /** The token that a role accepts. */
  webIdentityToken: string;
  /** The role that the node has. */
  nodeRole: string;
  /** What the registry answers with. */
  registryToken: { readonly [field: string]: unknown };
  /** Makes its next answers instead, where each is to be another. */
  makeToken?: () => TencentState["registryToken"];
};

/** Tencent Container Registry, the Security Token Service and the metadata server, all at one address. */
export type TencentCloud = CloudServer & {
  readonly state: TencentState;
  /** The actions that were asked for, in order. */
  actions(): readonly string[];
};

export const API_KEY = { id: "AKIDExampleSecretId", secret: "ExampleSecretKey" };
export const REGISTRY_ID = "tcr-dg284imq";

const HOUR = 60 * 60_000;
const MESSAGES: Readonly<Record<string, string>> = {
  "AuthFailure.SignatureExpire":
    "Signature expired. The difference between the timestamp and the server time cannot exceed 5 minutes.",
  "AuthFailure.SignatureFailure":
    "The provided credentials could not be validated. Please check your signature.",
  "AuthFailure.SecretIdNotFound": "The SecretId is not found, please ensure that your SecretId is correct.",
  "AuthFailure.TokenFailure": "Token verification failed.",
  "AuthFailure.UnauthorizedOperation":
    "You are not authorized to perform this operation. Check your CAM policies, and ensure that you are using the " +
    "correct access keys. [request id:6ecbe97c]you are not authorized to perform operation (tcr:CreateInstanceToken)\n" +
    `resource (qcs::tcr:ap-guangzhou:uin/100012345678:instance/${REGISTRY_ID}) has no permission`,
  "InvalidParameter.WebIdentityTokenError": "Web identity token is invalid.",
  ResourceNotFound: "resource not found",
  RequestLimitExceeded:
    "Your current request times equals to `101` in a second, which exceeds the frequency limit.",
};

/** Answers as the published references say, and checks every signature by itself. */
export async function tencentCloud(t: Test, now: number): Promise<TencentCloud> {
  const state: TencentState = {
    now,
    keys: new Map([[API_KEY.id, { secret: API_KEY.secret }]]),
    isAllowed: true,
    webIdentityToken: "projected.service-account.token",
    nodeRole: "TKE_QCSRole",
    registryToken: {
      Username: "100012345678",
      Token: "eyJhbGciOiJSUzI1NiJ9.registry:token",
      ExpTime: now + HOUR,
      TokenId: "",
    },
  };
  const server = await cloudServer(t, (request) => {
    const reply = answer(request, state);
    return { ...reply, headers: { date: new Date(state.now).toUTCString() } };
  });
  return { ...server, state, actions: () => server.received.map(nameAction) };
}

/** A refusal, which has status 200. */
export function tencentError(code: string): Reply {
  return {
    status: 200,
    body: {
      Response: { Error: { Code: code, Message: MESSAGES[code] ?? "Failed." }, RequestId: "bfa74e4d" },
    },
  };
}

function nameAction({ method, url, headers }: Received): string {
  return String(headers["x-tc-action"] ?? `${method} ${url.pathname}`);
}

function answer(request: Received, state: TencentState): Reply {
  const { url, headers, body } = request;
  if (url.pathname.startsWith("/latest/")) return answerMetadata(url.pathname, state);
  const action = `${headers["x-tc-version"]} ${headers["x-tc-action"]}`;
  if (action === "2018-08-13 AssumeRoleWithWebIdentity") {
    if (headers.authorization !== "SKIP") return tencentError("AuthFailure.SignatureFailure");
    const { WebIdentityToken } = JSON.parse(body) as { readonly WebIdentityToken: string };
    const isAccepted = WebIdentityToken === state.webIdentityToken;
    return isAccepted ? session(state) : tencentError("InvalidParameter.WebIdentityTokenError");
  }
  const refusal = refuseTc3(request, state.keys, state.now);
  if (refusal !== null) return tencentError(refusal);
  if (action !== "2019-09-24 CreateInstanceToken") return tencentError("InvalidAction");
  const { RegistryId, TokenType } = JSON.parse(body) as Readonly<Record<string, unknown>>;
  if (RegistryId !== REGISTRY_ID) return tencentError("ResourceNotFound");
  if (!state.isAllowed) return tencentError("AuthFailure.UnauthorizedOperation");
  if (TokenType !== "temp") return tencentError("InvalidParameter");
  return {
    status: 200,
    body: { Response: { ...(state.makeToken?.() ?? state.registryToken), RequestId: "bfa74e4d" } },
  };
}

/** Keys of a new session, with which requests can be signed from now on. */
function startSession(state: TencentState) {
  const TmpSecretId = `AKIDtemporary${state.keys.size}`;
  const TmpSecretKey = `session-key-${state.keys.size}`;
  const Token = `session+token=${state.keys.size}`;
  state.keys.set(TmpSecretId, { secret: TmpSecretKey, token: Token });
  return { TmpSecretId, TmpSecretKey, Token };
}

function session(state: TencentState): Reply {
  const ExpiredTime = Math.floor((state.now + HOUR) / 1_000);
  return {
    status: 200,
    body: { Response: { Credentials: startSession(state), ExpiredTime, RequestId: "r" } },
  };
}

function answerMetadata(path: string, state: TencentState): Reply {
  const roles = "/latest/meta-data/cam/security-credentials/";
  if (path === roles && state.nodeRole !== "") return { status: 200, body: state.nodeRole };
  if (state.nodeRole === "" || path !== `${roles}${state.nodeRole}`) return { status: 404, body: "<html>" };
  return { status: 200, body: { ...startSession(state), ExpiredTime: 1, Code: "Success" } };
}
