import t from "tap";
import {
  explainTencentRefusal,
  type TencentAttempt,
} from "../../../../src/core/cloud/tencent/explain-refusal.ts";
import { readTencentAnswer } from "../../../../src/core/cloud/tencent/refusal.ts";
import { Redacted } from "../../../../src/core/credential/redacted.ts";

const ROLE = "qcs::cam::uin/1:roleName/puller";
const ATTEMPT: TencentAttempt = {
  goal: "get a token of tcr-1",
  action: "tcr:CreateInstanceToken",
  identity: "the API key in Secret keys",
  secrets: [new Redacted("hunter2")],
};
const refusal = (code: string, message = "") => ({ status: 200, code, message, requestId: "r-1" });

t.test("each code is explained by what there is to mend", async (t) => {
  const denied =
    "tcr:CreateInstanceToken is not allowed for the API key in Secret keys: add it to its CAM policy";
  const rows = [
    ["UnauthorizedOperation", "", denied],
    ["UnauthorizedOperation.CamNoAuth", "no words of CAM", denied],
    [
      "AuthFailure.UnauthorizedOperation",
      "you are not authorized to perform operation (tcr:Other)\nresource (*) has no permission",
      "tcr:Other is not allowed for the API key in Secret keys on *: add it to its CAM policy",
    ],
    ["AuthFailure.SignatureExpire", "", "the clock of this machine is wrong: set it"],
    [
      "AuthFailure.InvalidSecretId",
      "",
      "Tencent Cloud does not know the API key in Secret keys: check its secretId, and that it is enabled",
    ],
    ["AuthFailure.MFAFailure", "MFA for hunter2", 'Tencent Cloud said "MFA for [redacted]"'],
    ["InternalError", "", "Tencent Cloud answered with status 200"],
  ] as const;
  for (const [code, message, expected] of rows) {
    t.equal(
      explainTencentRefusal(ATTEMPT, refusal(code, message)),
      `could not get a token of tcr-1: ${expected} (${code}, request r-1)`,
    );
  }
});

t.test("what stands in the way of a role names it", async (t) => {
  const attempt = {
    ...ATTEMPT,
    goal: `assume role ${ROLE}`,
    action: "sts:AssumeRoleWithWebIdentity",
    identity: "pullcred's ServiceAccount",
    role: ROLE,
  };
  const rows = [
    [
      "UnauthorizedOperation",
      "sts:AssumeRoleWithWebIdentity is not allowed for pullcred's ServiceAccount: let the trust policy of " +
        `${ROLE} name the identity provider`,
    ],
    ["ResourceNotFound.RoleNotFound", `there is no role ${ROLE}: check roleArn`],
  ] as const;
  for (const [code, expected] of rows) {
    t.equal(
      explainTencentRefusal(attempt, refusal(code)),
      `could not assume role ${ROLE}: ${expected} (${code}, request r-1)`,
    );
  }
});

t.test("an answer is one only in its envelope, and an error may have any status", async (t) => {
  const error = { Code: "InternalError", Message: "m" };
  const none = { status: 502, code: "", message: "", requestId: "" };
  const rows = [
    [200, { Response: { Token: "t" } }, { kind: "answer", answer: { Token: "t" } }],
    [200, { Token: "t" }, { kind: "broken" }],
    [200, {}, { kind: "broken" }],
    [
      200,
      { Response: { Error: error, RequestId: "r" } },
      { kind: "refusal", refusal: { status: 200, code: "InternalError", message: "m", requestId: "r" } },
    ],
    [502, {}, { kind: "refusal", refusal: none }],
    [502, { Response: { Token: "t" } }, { kind: "refusal", refusal: none }],
    [200, { Response: { Error: "odd" } }, { kind: "refusal", refusal: { ...none, status: 200 } }],
  ] as const;
  for (const [status, body, expected] of rows) t.same(readTencentAnswer(status, body), expected);
});
