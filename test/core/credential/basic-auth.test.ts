import t from "tap";
import { credentialsForPatterns } from "../../../src/core/credential/basic-auth.ts";
import { createKeyring } from "../../../src/core/credential/keyring-lookup.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import { bareNamespace } from "../../../src/core/namespace/namespace.ts";
import { decide } from "../../../src/core/policy/decide.ts";
import { config } from "../../builders/config.ts";
import { pod } from "../../builders/pod.ts";

t.test(
  "one credential serves a registry, its alias, and an accelerator with a port of its own",
  async (t) => {
    const matchImages = [
      "acme-registry.cn-hangzhou.cr.aliyuncs.com",
      "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com",
      "accelerator.internal:65002",
    ];
    const compiled = config([{ name: "acr", matchImages }]);
    const credentials = credentialsForPatterns("u", new Redacted("p"), matchImages);
    const keyring = createKeyring([{ owner: "pullcred-acr", credentials }]);
    for (const host of matchImages) {
      const decision = decide(
        pod({ images: [`${host}/team/app:1`] }),
        bareNamespace("team-a"),
        "pullcred",
        compiled,
      );
      t.same(decision.missing, ["pullcred-acr"], `${host}: the Pod gets the secret`);
      t.same(
        keyring.lookUp(`${host}/team/app`).map(({ server }) => server),
        [host],
        `${host}: kubelet finds the credential in it`,
      );
    }
    t.same(keyring.lookUp("accelerator.internal/team/app"), [], "without the port it is another registry");
  },
);
