import type { Test } from "tap";
import {
  type CloudServer,
  cloudServer,
  type Received,
  type Reply,
  type TokenTerms,
} from "../cloud-server.ts";
import { type FakeKey, verifySignature } from "./verify-signature.ts";

/** AWS on this machine: ECR, ECR Public, STS, the metadata service of EC2 and the agent of EKS Pod Identity. */
export type FakeAws = CloudServer & {
  /** The access keys that exist. */
  readonly keys: Map<string, FakeKey>;
  /** What ServiceAccounts' tokens are good for, by the token. */
  readonly tokens: Map<string, string>;
  /** Who may assume a role, by its ARN. */
  readonly trusts: Map<string, { readonly principal: string; readonly externalId?: string }>;
  /** The ARNs that no policy allows to get a token of a registry. */
  readonly denied: Set<string>;
  /** Of the registries' tokens. */
  readonly terms: TokenTerms;
};

export type FakeAwsOptions = {
  readonly now: () => number;
  readonly region?: string;
  /** The region of its STS. */
  readonly stsRegion?: string;
};

/** Of the role that nodes have. */
export const NODE_ROLE = "arn:aws:sts::111122223333:assumed-role/node/i-0abc";
/** Of the role that Pod Identity gives. */
export const POD_ROLE = "arn:aws:sts::111122223333:assumed-role/pod/eks-1";
export const POD_TOKEN = "eyJ-pod-identity-token";
/** What the password of every token starts with. It has colons, as tokens may. */
export const PASSWORD = "pass:word:";
/** How long tokens live. */
export const LIFE_MS = 12 * 60 * 60_000;

/** Starts it on a free port. */
export async function fakeAws(t: Test, options: FakeAwsOptions): Promise<FakeAws> {
  const { now, region = "eu-central-1", stsRegion = region } = options;
  const keys = new Map<string, FakeKey>();
  const tokens: FakeAws["tokens"] = new Map();
  const trusts: FakeAws["trusts"] = new Map();
  const denied = new Set<string>();
  const sessions = new Set<string>();
  const terms: TokenTerms = { lifeMs: LIFE_MS, mark: "" };

  /** Makes keys of a session. */
  function issue(arn: string): { readonly id: string; readonly key: Required<FakeKey> } {
    const id = `ASIA${String(keys.size).padStart(16, "0")}`;
    const secretAccessKey = `secret-of-${id}`;
    const key = { secretAccessKey, sessionToken: `session/of+${id}==`, arn };
    keys.set(id, key);
    return { id, key };
  }

  function handle(received: Received): Reply {
    const { pathname } = received.url;
    if (pathname.startsWith("/latest/")) return metadata(received);
    if (pathname === "/v1/credentials") return agent(received);
    if (received.method !== "POST" || pathname !== "/") return { status: 404 };
    return received.headers["x-amz-target"] === undefined ? sts(received) : registry(received);
  }

  function registry(received: Received): Reply {
    const isPublic = received.headers["x-amz-target"] === "SpencerFrontendService.GetAuthorizationToken";
    const target = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
    if (!isPublic && received.headers["x-amz-target"] !== target)
      return refuse("UnknownOperationException", "");
    if (received.headers["content-type"] !== "application/x-amz-json-1.1")
      return refuse("SerializationException", "");
    const service = isPublic ? "ecr-public" : "ecr";
    const expected = { keys, region: isPublic ? "us-east-1" : region, service, now: now() };
    const verdict = verifySignature(received, expected);
    if ("code" in verdict) return refuse(verdict.code, verdict.message);
    const { arn } = verdict;
    if (denied.has(arn)) {
      const action = `${service}:GetAuthorizationToken`;
      const why = `because no identity-based policy allows the ${action} action`;
      return refuse(
        "AccessDeniedException",
        `User: ${arn} is not authorized to perform: ${action} on resource: * ${why}`,
      );
    }
    const authorization = {
      authorizationToken: Buffer.from(`AWS:${PASSWORD}${arn}${terms.mark}`).toString("base64"),
      expiresAt: (now() + terms.lifeMs) / 1_000 + 0.123,
      ...(!isPublic && { proxyEndpoint: `https://111122223333.dkr.ecr.${region}.amazonaws.com` }),
      somethingNew: { of: "AWS" },
    };
    return json(200, { authorizationData: isPublic ? authorization : [authorization] });
  }

  function refuse(__type: string, message: string): Reply {
    return json(400, { __type, message });
  }

  function json(status: number, body: object): Reply {
    const headers = { "content-type": "application/x-amz-json-1.1", date: new Date(now()).toUTCString() };
    return { status, headers, body };
  }

  function sts(received: Received): Reply {
    const form = new URLSearchParams(received.body);
    const role = form.get("RoleArn") ?? "";
    if (form.get("Version") !== "2011-06-15" || form.get("RoleSessionName") === null) {
      return refuseXml(400, "ValidationError", "a field is missing");
    }
    const session = `${role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${form.get("RoleSessionName")}`;
    const trust = trusts.get(role);
    if (form.get("Action") === "AssumeRoleWithWebIdentity") {
      const subject = tokens.get(form.get("WebIdentityToken") ?? "");
      if (subject === undefined) {
        return refuseXml(
          400,
          "InvalidIdentityToken",
          "Couldn't retrieve verification key from your identity provider",
        );
      }
      if (trust?.principal === subject) return grant("AssumeRoleWithWebIdentity", session);
      return refuseXml(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    }
    const verdict = verifySignature(received, { keys, region: stsRegion, service: "sts", now: now() });
    if ("code" in verdict) {
      const isUnknown = verdict.code === "UnrecognizedClientException";
      return refuseXml(403, isUnknown ? "InvalidClientTokenId" : "SignatureDoesNotMatch", verdict.message);
    }
    const isTrusted =
      trust?.principal === verdict.arn && trust.externalId === (form.get("ExternalId") ?? undefined);
    if (isTrusted) return grant("AssumeRole", session);
    const message = `User: ${verdict.arn} is not authorized to perform: sts:AssumeRole on resource: ${role}`;
    return refuseXml(403, "AccessDenied", message);
  }

  function grant(action: string, arn: string): Reply {
    const { id, key } = issue(arn);
    return xml(
      200,
      `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><AssumedRoleUser>` +
        `<AssumedRoleId>AROA1:pullcred</AssumedRoleId><Arn>${arn}</Arn></AssumedRoleUser><Credentials>` +
        `<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${key.secretAccessKey}</SecretAccessKey>` +
        `<SessionToken>${key.sessionToken}</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration></Credentials>` +
        `</${action}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></${action}Response>`,
    );
  }

  function refuseXml(status: number, code: string, message: string): Reply {
    const text = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("'", "&#39;");
    return xml(
      status,
      `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n  <Error>\n    <Type>Sender</Type>\n` +
        `    <Code>${code}</Code>\n    <Message>${text}</Message>\n  </Error>\n  <RequestId>r-2</RequestId>\n</ErrorResponse>`,
    );
  }

  function xml(status: number, body: string): Reply {
    return { status, headers: { "content-type": "text/xml", date: new Date(now()).toUTCString() }, body };
  }

  function metadata({ method, url, headers }: Received): Reply {
    if (method === "PUT" && url.pathname === "/latest/api/token") {
      if (!/^\d+$/.test(String(headers["x-aws-ec2-metadata-token-ttl-seconds"]))) return { status: 400 };
      const session = `AQAE-${sessions.size}`;
      sessions.add(session);
      return { status: 200, body: session };
    }
    if (!sessions.has(String(headers["x-aws-ec2-metadata-token"])))
      return { status: 401, body: "Unauthorized" };
    const path = url.pathname.replace("/latest/meta-data/iam/security-credentials/", "");
    if (path === "") return { status: 200, body: "node" };
    if (path !== "node") return { status: 404 };
    const { id, key } = issue(NODE_ROLE);
    return { status: 200, body: { Code: "Success", Type: "AWS-HMAC", ...toMetadata(id, key) } };
  }

  function agent({ headers }: Received): Reply {
    if (headers.authorization !== POD_TOKEN) {
      return {
        status: 400,
        body: "[400]: (AccessDeniedException): Unauthorized Exception! EKS does not have permissions",
      };
    }
    const { id, key } = issue(POD_ROLE);
    return { status: 200, body: { ...toMetadata(id, key), AccountId: "111122223333" } };
  }

  return { ...(await cloudServer(t, handle)), keys, tokens, trusts, denied, terms };
}

function toMetadata(id: string, { secretAccessKey, sessionToken }: Required<FakeKey>): object {
  return {
    AccessKeyId: id,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: "2030-01-01T00:00:00Z",
  };
}
