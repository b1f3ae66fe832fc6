import t from "tap";
import {
  type AlibabaAttempt,
  explainAlibabaRefusal,
} from "../../../../src/core/cloud/alibaba/explain-refusal.ts";
import { isAlibabaSkew, readAlibabaRefusal } from "../../../../src/core/cloud/alibaba/refusal.ts";
import { Redacted } from "../../../../src/core/credential/redacted.ts";

const ROLE = "acs:ram::1:role/puller";
const ATTEMPT: AlibabaAttempt = {
  goal: "get a token of cri-1",
  action: "cr:GetAuthorizationToken",
  identity: "the access key in Secret keys",
  secrets: [new Redacted("hunter2")],
};

const ROWS: readonly (readonly [number, string, string])[] = [
  [
    403,
    "NoPrivilege",
    "cr:GetAuthorizationToken is not allowed for the access key in Secret keys: add it to its RAM policy",
  ],
  [
    403,
    "Forbidden.RAM",
    "cr:GetAuthorizationToken is not allowed for the access key in Secret keys: add it to its RAM policy",
  ],
  [
    400,
    "NotAuthorized",
    "cr:GetAuthorizationToken is not allowed for the access key in Secret keys: add it to its RAM policy",
  ],
  [400, "InvalidTimeStamp.Expired", "the clock of this machine is wrong: set it"],
  [400, "IllegalTimestamp", "the clock of this machine is wrong: set it"],
  [
    404,
    "InvalidAccessKeyId.NotFound",
    "Alibaba Cloud does not know the access key in Secret keys: check its ID",
  ],
  [
    403,
    "InvalidAccessKeyId.Inactive",
    "the access key in Secret keys is disabled: enable it, or use another one",
  ],
  [400, "SignatureDoesNotMatch", "the signature is wrong: check the secret of the access key in Secret keys"],
  [
    400,
    "InvalidSecurityToken.Expired",
    "the security token of the access key in Secret keys is expired or does not belong to its key",
  ],
  [
    404,
    "USER_NOT_EXIST",
    "the Personal Edition does not know the access key in Secret keys: set its registry password in the Container Registry " +
      "console once",
  ],
  [429, "Throttling.Api", "too many requests: it will be tried again"],
  [500, "SystemError", 'Alibaba Cloud said "failed for [redacted]"'],
];

t.test("each code is explained by what there is to mend", async (t) => {
  for (const [status, Code, expected] of ROWS) {
    const refusal = readAlibabaRefusal(status, { Code, Message: "failed for hunter2", RequestId: "R-1" });
    t.equal(
      explainAlibabaRefusal(ATTEMPT, refusal),
      `could not get a token of cri-1: ${expected} (${Code}, request R-1)`,
    );
  }
});

t.test("what stands in the way of a role names it", async (t) => {
  const attempt = { ...ATTEMPT, goal: `assume role ${ROLE}`, action: "sts:AssumeRole", role: ROLE };
  const rows = [
    [
      "NoPermission",
      `sts:AssumeRole is not allowed for .*: add it to its RAM policy, and let the trust policy of ${ROLE} name it`,
    ],
    ["AuthenticationFail.NoPermission", `role ${ROLE} does not trust this ServiceAccount: .* oidc:sub`],
    ["AuthenticationFail.OIDCToken.Expired", "the ServiceAccount's token is expired: kubelet must renew it"],
    [
      "AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch",
      `is not accepted for role ${ROLE}: .*fingerprint`,
    ],
    ["EntityNotExist.Role", `there is no role ${ROLE}: check roleArn`],
    ["EntityNotExist.OIDCProvider", "there is no such OIDC provider: check oidcProviderArn"],
    [
      "InvalidParameter.DurationSeconds",
      `role ${ROLE} does not allow sessions as long: shorten sessionDuration`,
    ],
  ] as const;
  for (const [code, expected] of rows) {
    const refusal = readAlibabaRefusal(403, { Code: code });
    t.match(
      explainAlibabaRefusal(attempt, refusal),
      new RegExp(`^could not assume role ${ROLE}: .*${expected}`),
    );
  }
});

t.test("an answer may be of either API, and may lack everything", async (t) => {
  const older = readAlibabaRefusal(404, { code: "NOT_FOUND", message: "no", requestId: "r" });
  t.equal(
    explainAlibabaRefusal(ATTEMPT, older),
    'could not get a token of cri-1: Alibaba Cloud said "no" (NOT_FOUND, request r)',
  );
  t.equal(
    explainAlibabaRefusal(ATTEMPT, readAlibabaRefusal(502, {})),
    "could not get a token of cri-1: Alibaba Cloud answered with status 502 (status 502)",
  );
  const odd = { Code: 5, Message: null, AccessDeniedDetail: "text" };
  t.same(readAlibabaRefusal(403, odd), {
    status: 403,
    code: "",
    message: "",
    requestId: "",
    action: "",
    principal: "",
  });
  t.equal(isAlibabaSkew(readAlibabaRefusal(400, { Code: "InvalidTimeStamp.Format" })), true);
  t.equal(isAlibabaSkew(older), false);
});

t.test("who is not allowed is named as RAM tells", async (t) => {
  const rows = [
    [{ AuthPrincipalType: "SubUser", AuthPrincipalDisplayName: "28877" }, "RAM user 28877"],
    [
      { AuthPrincipalType: "AssumedRoleUser", AuthPrincipalDisplayName: "r:s", AuthPrincipalOwnerId: "1" },
      "RAM role r:s of account 1",
    ],
    [{ AuthPrincipalType: "New", AuthPrincipalDisplayName: "n" }, "principal n"],
    [{ AuthPrincipalType: "SubUser" }, "the access key in Secret keys"],
  ] as const;
  for (const [AccessDeniedDetail, who] of rows) {
    const refusal = readAlibabaRefusal(403, { Code: "NoPermission", AccessDeniedDetail });
    t.match(explainAlibabaRefusal(ATTEMPT, refusal), `is not allowed for ${who}: add it`);
  }
});
