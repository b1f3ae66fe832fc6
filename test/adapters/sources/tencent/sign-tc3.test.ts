import { Agent } from "node:http";
import t from "tap";
import { CommonClient } from "tencentcloud-sdk-nodejs-common";
import { signTc3, unsignedTcCall } from "../../../../src/adapters/sources/tencent/sign-tc3.ts";
import { Redacted } from "../../../../src/core/credential/redacted.ts";
import { API_KEY, REGISTRY_ID, tencentCloud } from "../../../fakes/tencent/tencent-cloud.ts";
import { refuseTc3 } from "../../../fakes/tencent/verify-tc3.ts";

const KEYS = { secretId: API_KEY.id, secretKey: new Redacted(API_KEY.secret) };
const REQUEST = { RegistryId: REGISTRY_ID, TokenType: "temp" };
const CALL = {
  service: "tcr",
  action: "CreateInstanceToken",
  version: "2019-09-24",
  region: "ap-guangzhou",
  body: JSON.stringify(REQUEST),
};

for (const token of [undefined, "session+token="]) {
  const what = token === undefined ? "a key" : "a key with a token";
  t.test(`the official SDK signs the same request byte for byte the same: ${what}`, async (t) => {
    const cloud = await tencentCloud(t, Date.now());
    cloud.state.keys.set(API_KEY.id, { secret: API_KEY.secret, ...(token !== undefined && { token }) });
    // The SDK takes the service's name from the host.
    const endpoint = `tcr.tencentcloudapi.com:${new URL(cloud.url).port}`;
    const agent = new Agent({
      lookup: (_host, _options, found) => found(null, [{ address: "127.0.0.1", family: 4 }]),
    });
    const client = new CommonClient(endpoint, CALL.version, {
      credential: {
        secretId: API_KEY.id,
        secretKey: API_KEY.secret,
        ...(token !== undefined && { token }),
      },
      region: CALL.region,
      profile: { httpProfile: { endpoint, agent, protocol: "http://" } },
    });
    t.match(
      await client.request(CALL.action, REQUEST),
      { Username: "100012345678" },
      "the fake accepts the SDK's",
    );
    const sent = cloud.received[0];
    const keys = { ...KEYS, ...(token !== undefined && { token: new Redacted(token) }) };
    const now = Number(sent?.headers["x-tc-timestamp"]) * 1_000;
    const own = signTc3({ ...CALL, baseUrl: `http://${endpoint}` }, keys, now);
    const names = Object.keys(own.headers);
    t.same(own.headers, Object.fromEntries(names.map((name) => [name, sent?.headers[name]])));
    t.same([own.method, own.url, own.body], [sent?.method, sent?.url.href, sent?.body]);
  });
}

t.test(
  "the example of Tencent Cloud's documents has the signature that they say, for the fake",
  async (t) => {
    const headers = {
      host: "cvm.tencentcloudapi.com",
      "content-type": "application/json; charset=utf-8",
      "x-tc-timestamp": "1551113065",
      authorization:
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, " +
        "SignedHeaders=content-type;host, " +
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
    };
    const request = {
      method: "POST",
      url: new URL("https://cvm.tencentcloudapi.com/"),
      headers,
      body: '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
    };
    const keys = new Map([
      ["AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", { secret: "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE" }],
    ]);
    t.equal(refuseTc3(request, keys, 1_551_113_065_000), null);
  },
);

t.test("the fake refuses whatever is not signed as it was sent", async (t) => {
  const now = Date.now();
  const cloud = await tencentCloud(t, now);
  const call = { ...CALL, baseUrl: cloud.url };
  const right = signTc3(call, KEYS, now);
  const withHeader = (name: string, value: string) => ({
    ...right,
    headers: { ...right.headers, [name]: value },
  });
  const rows = [
    [undefined, right],
    ["AuthFailure.SignatureFailure", signTc3(call, { ...KEYS, secretKey: new Redacted("other") }, now)],
    ["AuthFailure.SignatureFailure", { ...right, body: '{"RegistryId":"tcr-other"}' }],
    ["AuthFailure.SignatureFailure", { ...right, url: `${right.url}?x=1` }],
    ["AuthFailure.SignatureFailure", withHeader("content-type", "text/plain")],
    ["AuthFailure.SignatureFailure", unsignedTcCall(call, now)],
    ["AuthFailure.TokenFailure", withHeader("x-tc-token", "unknown")],
    ["AuthFailure.SecretIdNotFound", signTc3(call, { ...KEYS, secretId: "other" }, now)],
    ["AuthFailure.SignatureExpire", signTc3(call, KEYS, now - 301_000)],
  ] as const;
  for (const [code, request] of rows) {
    const response = await fetch(request.url, request);
    const { Response } = (await response.json()) as { readonly Response: { Error?: { Code: string } } };
    t.equal(Response.Error?.Code, code);
  }
});
