import type { Reply } from "../cloud-server.ts";

const ERRORS: Readonly<Record<string, readonly [number, string]>> = {
  "InvalidAccessKeyId.NotFound": [404, "Specified access key is not found."],
  "InvalidAccessKeyId.Inactive": [400, "Specified access key is disabled."],
  "InvalidTimeStamp.Expired": [400, "Specified time stamp or date value is expired."],
  "InvalidSecurityToken.MismatchWithAccessKey": [400, "Specified SecurityToken mismatch with the AccessKey."],
  "InvalidSecurityToken.Expired": [400, "Specified SecurityToken is expired."],
  SignatureDoesNotMatch: [400, "Specified signature is not matched with our calculation."],
  IncompleteSignature: [400, "The request signature does not conform to Aliyun standards."],
  "AuthenticationFail.OIDCToken.Invalid": [400, "This JsonWebToken is invalid."],
  "AuthenticationFail.OIDCToken.Expired": [400, "This JsonWebToken is expired."],
  "AuthenticationFail.NoPermission": [403, "This operator has no permission to do this action."],
  "EntityNotExist.Role": [404, "The specified Role not exists."],
  "Throttling.User": [400, "Request was denied due to user flow control."],
  INSTANCE_NOT_EXIST: [404, "The instance does not exist."],
};

/** A refusal as the RPC APIs write it. */
export function errorReply(code: string): Reply {
  const [status, message] = ERRORS[code] ?? [404, "Specified api is not found."];
  return {
    status,
    body: {
      RequestId: "B4D1A9F3",
      HostId: "cr.cn-hangzhou.aliyuncs.com",
      Code: code,
      Message: message,
      Recommend: `https://api.alibabacloud.com/troubleshoot?q=${code}`,
    },
  };
}

/** A refusal for want of a permission, with what RAM adds to it. */
export function noPermission(action: string): Reply {
  return {
    status: 403,
    body: {
      RequestId: "B4D1A9F3",
      Code: "NoPermission",
      Message: "You are not authorized to do this operation. Action: denied.",
      AccessDeniedDetail: {
        PolicyType: "AccountLevelIdentityBasedPolicy",
        AuthPrincipalOwnerId: "1134567890123456",
        AuthPrincipalType: "AssumedRoleUser",
        AuthPrincipalDisplayName: "acr-puller:pullcred",
        NoPermissionType: "ImplicitDeny",
        AuthAction: action,
        EncodedDiagnosticMessage: "AQEAAAAAZBgxr0U1MjA1NTM1LUM4BBktMzE5RS1CODgxLUU1QTI0RDNFQTM1",
      },
    },
  };
}
