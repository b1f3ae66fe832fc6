import openApi from "@alicloud/openapi-client";
import t from "tap";
import { type AcsCall, signAcs3 } from "../../../../src/adapters/sources/alibaba/sign-acs3.ts";
import { Redacted } from "../../../../src/core/credential/redacted.ts";
import { ACCESS_KEY, alibabaCloud, INSTANCE } from "../../../fakes/alibaba/alibaba-cloud.ts";

const ROLE = "acs:ram::1134567890123456:role/acr-puller";

t.test("the example of Alibaba Cloud's documents has the signature that they say", async (t) => {
  const call = {
    method: "POST",
    baseUrl: "https://ecs.cn-shanghai.aliyuncs.com",
    path: "/",
    query: { RegionId: "cn-shanghai", ImageId: "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd" },
    action: "RunInstances",
    version: "2014-05-26",
  } as const;
  const keys = { accessKeyId: "YourAccessKeyId", accessKeySecret: new Redacted("YourAccessKeySecret") };
  const moment = { now: Date.parse("2023-10-26T10:22:32Z"), nonce: "3156853299f313e23d1673dc12e1703d" };
  t.equal(
    signAcs3(call, keys, moment).headers.authorization,
    "ACS3-HMAC-SHA256 Credential=YourAccessKeyId," +
      "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version," +
      "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
  );
});

type Call = Omit<AcsCall, "baseUrl">;

const CALLS: readonly Call[] = [
  {
    method: "POST",
    path: "/",
    query: { InstanceId: INSTANCE.id },
    action: "GetAuthorizationToken",
    version: "2018-12-01",
  },
  { method: "GET", path: "/tokens", query: {}, action: "GetAuthorizationToken", version: "2016-06-07" },
  {
    method: "POST",
    path: "/",
    query: { RoleArn: ROLE, RoleSessionName: "pullcred", ExternalId: "a b*+!'()~/=&ü" },
    action: "AssumeRole",
    version: "2015-04-01",
  },
];
for (const call of CALLS) {
  for (const token of [undefined, "CAIS/+token=="]) {
    const what = `${call.version} ${call.action}${token === undefined ? "" : " with a security token"}`;
    t.test(`the official SDK signs the same request byte for byte the same: ${what}`, async (t) => {
      const cloud = await alibabaCloud(t, Date.now());
      cloud.state.keys.set(ACCESS_KEY.id, {
        secret: ACCESS_KEY.secret,
        ...(token !== undefined && { token }),
      });
      await t.resolves(sendBySdk(cloud.url, call, token), "the fake accepts the SDK's");
      const sent = cloud.received[0];
      const keys = {
        accessKeyId: ACCESS_KEY.id,
        accessKeySecret: new Redacted(ACCESS_KEY.secret),
        ...(token !== undefined && { securityToken: new Redacted(token) }),
      };
      const moment = {
        now: Date.parse(`${sent?.headers["x-acs-date"]}`),
        nonce: `${sent?.headers["x-acs-signature-nonce"]}`,
      };
      const own = signAcs3({ ...call, baseUrl: cloud.url }, keys, moment);
      const names = Object.keys(own.headers);
      t.same(own.headers, Object.fromEntries(names.map((name) => [name, sent?.headers[name]])));
    });
  }
}

/** Sends a call as the SDKs of the products do, which Alibaba Cloud makes of this client. */
async function sendBySdk(url: string, call: Call, securityToken: string | undefined): Promise<void> {
  const credential = {
    getCredential: async () => ({
      type: securityToken === undefined ? "access_key" : "sts",
      accessKeyId: ACCESS_KEY.id,
      accessKeySecret: ACCESS_KEY.secret,
      securityToken,
    }),
  };
  const client = new openApi.default(
    new openApi.Config({ credential, endpoint: new URL(url).host, protocol: "http" }),
  );
  const { method, path, query, action, version } = call;
  const params = new openApi.Params({
    action,
    version,
    protocol: "HTTP",
    pathname: path,
    method,
    authType: "AK",
    style: path === "/" ? "RPC" : "ROA",
    reqBodyType: path === "/" ? "formData" : "json",
    bodyType: "json",
  });
  await client.callApi(params, new openApi.OpenApiRequest({ query }), {} as never);
}

t.test("the fake refuses whatever is not signed as it was sent", async (t) => {
  const now = Date.now();
  const cloud = await alibabaCloud(t, now);
  const call = { ...(CALLS[0] as Call), baseUrl: cloud.url };
  const keys = { accessKeyId: ACCESS_KEY.id, accessKeySecret: new Redacted(ACCESS_KEY.secret) };
  const moment = { now, nonce: "n" };
  const right = signAcs3(call, keys, moment);
  const otherKey = { ...keys, accessKeySecret: new Redacted("other") };
  const rows = [
    ["", right],
    ["SignatureDoesNotMatch", signAcs3(call, otherKey, moment)],
    ["SignatureDoesNotMatch", { ...right, url: right.url.replace(INSTANCE.id, "cri-other") }],
    ["SignatureDoesNotMatch", { ...right, method: "PUT" }],
    ["SignatureDoesNotMatch", { ...right, body: "x" }],
    ["SignatureDoesNotMatch", { ...right, headers: { ...right.headers, "x-acs-action": "ListInstance" } }],
    ["SignatureDoesNotMatch", { ...right, headers: { ...right.headers, "x-acs-more": "unsigned" } }],
    ["InvalidAccessKeyId.NotFound", signAcs3(call, { ...keys, accessKeyId: "other" }, moment)],
    ["InvalidTimeStamp.Expired", signAcs3(call, keys, { ...moment, now: now - 16 * 60_000 })],
    ["IncompleteSignature", { ...right, headers: { ...right.headers, authorization: "ACS3" } }],
  ] as const;
  for (const [code, { url, ...request }] of rows) {
    const response = await fetch(url, request);
    const { Code } = (await response.json()) as { readonly Code: string };
    t.equal(Code === "success" ? "" : Code, code);
  }
});
