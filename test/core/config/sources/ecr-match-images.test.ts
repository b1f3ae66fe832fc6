import t from "tap";
import {
  ecrMatchImages,
  ecrPublicMatchImages,
} from "../../../../src/core/config/sources/ecr-match-images.ts";
import type { EcrConfig } from "../../../../src/core/config/sources/ecr-schema.ts";
import { parseMatchPattern } from "../../../../src/core/match/match-pattern.ts";

const CASES: readonly (readonly [EcrConfig, readonly string[]])[] = [
  [
    { region: "eu-central-1", accounts: ["111122223333"] },
    ["111122223333.dkr.ecr.eu-central-1.amazonaws.com", "111122223333.dkr-ecr.eu-central-1.on.aws"],
  ],
  [{ region: "eu-central-1" }, ["*.dkr.ecr.eu-central-1.amazonaws.com", "*.dkr-ecr.eu-central-1.on.aws"]],
  [
    { region: "us-gov-west-1", accounts: ["111122223333"] },
    [
      "111122223333.dkr.ecr.us-gov-west-1.amazonaws.com",
      "111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
      "111122223333.dkr-ecr.us-gov-west-1.on.aws",
      "111122223333.dkr-ecr-fips.us-gov-west-1.on.aws",
    ],
  ],
  [
    { region: "cn-north-1", accounts: ["111122223333", "444455556666"] },
    [
      "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn",
      "111122223333.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn",
      "444455556666.dkr.ecr.cn-north-1.amazonaws.com.cn",
      "444455556666.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn",
    ],
  ],
  [
    { region: "eu-isoe-west-1", accounts: ["111122223333"] },
    ["111122223333.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk"],
  ],
  [
    { region: "eusc-de-east-1", accounts: ["111122223333"] },
    [
      "111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu",
      "111122223333.dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu",
    ],
  ],
];

/** The hosts that amazon-ecr-credential-helper knows, and those of the European Sovereign Cloud. */
const ECR_HOST =
  /^(\d{12}|\*)\.dkr[.-]ecr(-fips)?\.([a-zA-Z0-9][a-zA-Z0-9-_]*)\.(amazonaws\.(?:com(?:\.cn)?|eu)|on\.(?:aws|amazonwebservices\.(?:com\.cn|eu))|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/;

t.test("the hosts of a registry follow from its region and account", async (t) => {
  for (const [config, hosts] of CASES) {
    t.same(ecrMatchImages(config), hosts, JSON.stringify(config));
    for (const host of hosts) {
      t.match(host, ECR_HOST);
      t.equal(parseMatchPattern(host).ok, true, host);
    }
  }
  t.same(ecrPublicMatchImages(), ["public.ecr.aws", "ecr-public.aws.com"]);
});
