import t from "tap";
import { type AwsAttempt, explainAwsRefusal } from "../../../../src/core/cloud/aws/explain-refusal.ts";

const ROLE = "arn:aws:sts::111122223333:assumed-role/puller/pullcred";
const ATTEMPT: AwsAttempt = {
  goal: "get a token of ECR",
  action: "ecr:GetAuthorizationToken",
  identity: "role puller",
  secrets: [],
};

t.test("a denial is mended in the policy that AWS names", async (t) => {
  const denied = `could not get a token of ECR: ecr:GetAuthorizationToken is not allowed for ${ROLE}: `;
  const rows: readonly (readonly [string, string])[] = [
    ["", 'allow it in its policy, on resource "*"'],
    [
      " because no identity-based policy allows the ecr:GetAuthorizationToken action",
      'allow it in its policy, on resource "*"',
    ],
    [
      " because no VPC endpoint policy allows the ecr:GetAuthorizationToken action",
      "allow it in the VPC endpoint policy as well",
    ],
    [
      " because no permissions boundary allows the ecr:GetAuthorizationToken action",
      "allow it in the permissions boundary as well",
    ],
    [
      " because no service control policy allows the ecr:GetAuthorizationToken action",
      "allow it in the service control policy as well",
    ],
    [
      " with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-1/p-1",
      "the service control policy denies it, whatever others allow: mend that one",
    ],
    [
      " with an explicit deny in a permissions boundary",
      "the permissions boundary denies it, whatever others allow: mend that one",
    ],
    [
      " with an explicit deny in an identity-based policy",
      "the identity-based policy denies it, whatever others allow: mend that one",
    ],
    [" with an explicit deny", "a policy denies it, whatever others allow: mend that one"],
  ];
  for (const [why, remedy] of rows) {
    const message = `User: ${ROLE} is not authorized to perform: ecr:GetAuthorizationToken on resource: *${why}`;
    const refusal = { status: 400, code: "AccessDeniedException", message };
    t.equal(explainAwsRefusal(ATTEMPT, refusal), `${denied}${remedy} (AccessDeniedException)`, why);
  }
});
