import t from "tap";
import { parseConfig } from "../../../../src/core/config/parse-config.ts";
import { alibabaMatchImages } from "../../../../src/core/config/sources/alibaba-match-images.ts";
import { tencentMatchImages } from "../../../../src/core/config/sources/tencent-match-images.ts";
import { createImageMatcher } from "../../../../src/core/match/image-matcher.ts";
import { parseMatchPattern } from "../../../../src/core/match/match-pattern.ts";
import { compilePatternIndex } from "../../../../src/core/match/pattern-index.ts";

function serves(patterns: readonly string[], image: string): boolean {
  const parsed = patterns.map((text) => parseMatchPattern(text));
  const index = compilePatternIndex([parsed.flatMap((result) => (result.ok ? [result.pattern] : []))]);
  return createImageMatcher(index)(image)?.length === 1;
}

/** The hosts that docker-credential-acr-helper knows, in its registry_test.go, and some that are not this registry's. */
const ALIBABA = {
  personal: [
    "registry.cn-beijing.aliyuncs.com/app/web:1",
    "registry-vpc.cn-beijing.aliyuncs.com/app/web",
    "registry-internal.cn-beijing.aliyuncs.com/app/web",
    "registry-intl.cn-beijing.aliyuncs.com/app/web",
    "registry-intl-vpc.cn-beijing.aliyuncs.com/app/web",
  ],
  enterprise: [
    "foobar-registry.cn-beijing.cr.aliyuncs.com/app/web",
    "foobar-registry-vpc.cn-beijing.cr.aliyuncs.com/app/web",
  ],
  neither: [
    "alpine:3.15",
    "registry.cn-hangzhou.aliyuncs.com/app/web",
    "other-registry.cn-beijing.cr.aliyuncs.com/app/web",
    "crpi-ds0j5gxjdmixc0v8.cn-beijing.personal.cr.aliyuncs.com/app/web",
    "registry.cn-beijing.aliyuncs.com.example/app/web",
  ],
};

t.test("the hosts of an edition are its own, and no other's", async (t) => {
  const region = "cn-beijing";
  const personal = alibabaMatchImages({ region });
  const enterprise = alibabaMatchImages({ region, instanceName: "foobar", instanceId: "cri-1" });
  for (const image of ALIBABA.personal) {
    t.same([serves(personal, image), serves(enterprise, image)], [true, false], image);
  }
  for (const image of ALIBABA.enterprise) {
    t.same([serves(personal, image), serves(enterprise, image)], [false, true], image);
  }
  for (const image of ALIBABA.neither) {
    t.same([serves(personal, image), serves(enterprise, image)], [false, false], image);
  }
  t.same(alibabaMatchImages({ region, instanceId: "cri-1" }), [], "an ID alone tells no host");
});

t.test("a registry of Tencent Cloud has a public and a private host", async (t) => {
  const parts = { region: "ap-guangzhou", registryId: "tcr-1" };
  const patterns = tencentMatchImages({ ...parts, registryName: "a-b" });
  t.same(patterns, ["a-b.tencentcloudcr.com", "a-b-vpc.tencentcloudcr.com"]);
  t.same(tencentMatchImages(parts), [], "an ID alone tells no host");
});

type Source = Readonly<Record<string, unknown>>;

/** What a mapping with this source has wrong, and for which images it is. */
function lint(source: string, config: Source, matchImages?: readonly string[]): readonly string[] {
  const text = JSON.stringify({
    apiVersion: "pullcred.dev/v1",
    kind: "Config",
    registries: [{ name: "r", ...(matchImages && { matchImages }), credentials: { [source]: config } }],
  });
  const parsed = parseConfig(text);
  if (parsed.ok) return parsed.config.registries.flatMap((registry) => registry.matchImages);
  return parsed.issues.map(({ path, message }) => `${path}: ${message}`);
}

t.test(
  "a mapping without patterns is for the hosts that its config tells, and has to tell them",
  async (t) => {
    const tencent = { region: "ap-guangzhou", registryId: "tcr-1" };
    t.same(lint("alibaba", { region: "cn-beijing", instanceName: "foobar" }), [
      "foobar-registry.cn-beijing.cr.aliyuncs.com",
      "foobar-registry-vpc.cn-beijing.cr.aliyuncs.com",
    ]);
    t.same(lint("tencent", { ...tencent, registryName: "acme" }), [
      "acme.tencentcloudcr.com",
      "acme-vpc.tencentcloudcr.com",
    ]);
    t.match(lint("alibaba", { region: "cn-beijing", instanceId: "cri-1" }), [/matchImages: is missing/]);
    t.match(lint("tencent", tencent), [/matchImages: is missing/]);
    t.same(lint("tencent", tencent, ["images.acme.example:65001"]), ["images.acme.example:65001"]);
  },
);

t.test("what cannot be right in a config is told with its place", async (t) => {
  const duration = (sessionDuration: string): Source => ({
    region: "cn-beijing",
    assumeRole: { roleArn: "acs:ram::1:role/r", sessionDuration },
  });
  for (const right of ["15m", "1h", "12h", "720m", "900s", "43200s", "90m"]) {
    t.equal(lint("alibaba", duration(right)).length, 6, right);
  }
  for (const wrong of ["14m", "13h", "721m", "899s", "43201s", "3600", "1d", "1h30m", "-1h", ""]) {
    const place = "registries[0].credentials.alibaba.assumeRole.sessionDuration";
    t.same(lint("alibaba", duration(wrong)), [
      `${place}: must be a duration from 15 minutes to 12 hours such as "1h", "90m" or "3600s"`,
    ]);
  }
  const rows = [
    ["alibaba", {}, /alibaba\.region: is missing/],
    ["alibaba", { region: "Hangzhou" }, /region: must be a region/],
    ["alibaba", { region: "cn-beijing", instanceId: "acme" }, /instanceId: must be the ID of an Enterprise/],
    ["alibaba", { region: "cn-beijing", endpoint: "ftp://x" }, /endpoint: must be a host/],
    ["alibaba", { region: "cn-beijing", endpoint: "cr.example/path" }, /endpoint: must be a host/],
    ["alibaba", { region: "cn-beijing", auth: {} }, /auth: must be a mapping with exactly one of/],
    [
      "alibaba",
      { region: "cn-beijing", auth: { rrsa: {}, ramRole: {} } },
      /auth: .* it has rrsa and ramRole/,
    ],
    [
      "alibaba",
      { region: "cn-beijing", auth: { rrsa: { roleArn: "r" } } },
      /roleArn: must be the ARN of a RAM/,
    ],
    ["alibaba", { region: "cn-beijing", accessKeySecret: "x" }, /accessKeySecret: /],
    ["tencent", { region: "ap-guangzhou" }, /registryId: is missing/],
    ["tencent", { region: "ap-guangzhou", registryId: "acme" }, /registryId: must be the ID/],
    ["tencent", { region: "ap-guangzhou", registryId: "tcr-1", auth: { secretRef: {} } }, /name: is missing/],
  ] as const;
  for (const [source, config, message] of rows) t.match(lint(source, config, ["a.example"]), [message]);
});
