import t from "tap";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import { decodeResponse, encodeResponse } from "../../../src/core/credential-provider/response.ts";

const V1 = "credentialprovider.kubelet.k8s.io/v1";
const GOOD = {
  kind: "CredentialProviderResponse",
  apiVersion: V1,
  cacheKeyType: "Registry",
  cacheDuration: "6h0m0s",
  auth: { "reg.example.com": { username: "u", password: "s3cret:with:colons" } },
};

t.test("what kubelet uses is used", async (t) => {
  const rows: readonly (readonly [string, object, unknown])[] = [
    ["a whole response", {}, { cacheKeyType: "Registry", cacheDuration: 21_600_000 }],
    ["for one image", { cacheKeyType: "Image" }, { cacheKeyType: "Image" }],
    ["for every image", { cacheKeyType: "Global" }, { cacheKeyType: "Global" }],
    ["no duration", { cacheDuration: null }, { cacheDuration: null }],
    ["an explicit 0", { cacheDuration: "0" }, { cacheDuration: 0 }],
    ["null for auth", { auth: null }, { auth: new Map() }],
    ["an empty auth", { auth: {} }, { auth: new Map() }],
  ];
  for (const [name, parts, expected] of rows) {
    t.match(
      decodeResponse(JSON.stringify({ ...GOOD, ...parts }), V1),
      { ok: true, response: expected },
      name,
    );
  }
  const decoded = decodeResponse(JSON.stringify(GOOD), V1);
  t.equal(
    decoded.ok && decoded.response.auth.get("reg.example.com")?.password.reveal(),
    "s3cret:with:colons",
  );
});

t.test("what kubelet refuses is refused, without a word of it", async (t) => {
  const text = JSON.stringify(GOOD);
  const rows: readonly (readonly [string, string, RegExp])[] = [
    ["nothing", "", /is not JSON: see line 1, column 1/],
    ["cut off", text.slice(0, -5), /is not JSON/],
    ["two answers", `${text}${text}`, /is not JSON/],
    ["a list", "[]", /must be a JSON object/],
    ["another kind", text.replace("ProviderResponse", "ProviderRequest"), /must have the kind/],
    [
      "another version",
      text.replace("/v1", "/v1beta1"),
      /must have the apiVersion of the request, .*\/v1: set exec/,
    ],
    ["no version", text.replace("apiVersion", "apiversion"), /has a field that is not one of/],
    ["an unknown field", text.replace("{", '{"token":"s3cret",'), /has a field that is not one of/],
    ["a field twice", text.replace("{", '{"cacheDuration":"1h",'), /has a field twice/],
    ["a pattern twice", text.replace('"auth":{', '"auth":{"reg.example.com":{},'), /has a field twice/],
    ["another cacheKeyType", text.replace("Registry", "registry"), /cacheKeyType of Image, Registry, Global/],
    ["no cacheKeyType", text.replace('"cacheKeyType":"Registry",', ""), /cacheKeyType/],
    ["a duration as a number", text.replace('"6h0m0s"', "3600"), /cacheDuration such as/],
    ["no duration at all", text.replace("6h0m0s", "six hours"), /cacheDuration such as/],
    ["auth as a list", text.replace(/"auth":.*/, '"auth":[]}'), /must have an auth/],
    ["an entry as a text", text.replace(/"auth":.*/, '"auth":{"a":"s3cret"}}'), /must have an auth/],
    ["a password as a number", text.replace(/"s3cret[^"]*"/, "5"), /must have an auth/],
    ["an entry with more", text.replace('"username"', '"email":"e","username"'), /must have an auth/],
    [
      "no end of brackets",
      text.replace(/"auth":.*/, `"auth":${"[".repeat(1e5)}${"]".repeat(1e5)}}`),
      /deeply|auth/,
    ],
  ];
  for (const [name, given, expected] of rows) {
    const decoded = decodeResponse(given, V1);
    t.match(decoded, { ok: false, problem: expected }, name);
    t.notMatch(JSON.stringify(decoded), "s3cret", name);
  }
});

t.test("what is written is read again, by every version of the API", async (t) => {
  for (const version of ["v1", "v1beta1", "v1alpha1"] as const) {
    const apiVersion = `credentialprovider.kubelet.k8s.io/${version}` as const;
    const auth = new Map([["reg.example.com", { username: "u", password: new Redacted("p") }]]);
    const text = encodeResponse({ cacheKeyType: "Image", cacheDuration: 90_500, auth }, apiVersion);
    t.same(JSON.parse(text), {
      kind: "CredentialProviderResponse",
      apiVersion,
      cacheKeyType: "Image",
      cacheDuration: "1m30s",
      auth: { "reg.example.com": { username: "u", password: "p" } },
    });
    t.match(decodeResponse(text, apiVersion), { ok: true, response: { cacheDuration: 90_000 } });
  }
});
