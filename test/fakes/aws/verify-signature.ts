import { createHash, createHmac } from "node:crypto";
import type { Received } from "../cloud-server.ts";

/** An access key as AWS has it. */
export type FakeKey = {
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Whose it is. */
  readonly arn: string;
};

/** Who has signed, or the error that AWS answers with. */
export type Verdict = { readonly arn: string } | { readonly code: string; readonly message: string };

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
const TOLERANCE_MS = 5 * 60_000;

type Expected = {
  readonly keys: ReadonlyMap<string, FakeKey>;
  readonly region: string;
  readonly service: string;
  readonly now: number;
};

/** Computes the signature of what came over the wire anew, as its receiver does. Knows nothing of pullcred's signer. */
export function verifySignature(received: Received, { keys, region, service, now }: Expected): Verdict {
  const { headers, method, url, body } = received;
  const parsed = AUTHORIZATION.exec(headers.authorization ?? "");
  if (parsed === null)
    return { code: "MissingAuthenticationTokenException", message: "Missing Authentication Token" };
  const [, id = "", day = "", forRegion, forService, names = "", signature] = parsed;
  const key = keys.get(id);
  if (key === undefined || headers["x-amz-security-token"] !== key.sessionToken) {
    return {
      code: "UnrecognizedClientException",
      message: "The security token included in the request is invalid.",
    };
  }
  const date = String(headers["x-amz-date"]);
  const signed = names.split(";");
  const needed = ["host", "x-amz-date", ...(key.sessionToken ? ["x-amz-security-token"] : [])];
  if (forRegion !== region || forService !== service || !date.startsWith(day)) {
    return refuse(`Credential should be scoped to a valid region, not '${forRegion}'.`);
  }
  if (needed.some((name) => !signed.includes(name))) {
    return refuse(`'${needed.join("' or '")}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
  const at = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
  if (!(Math.abs(at - now) <= TOLERANCE_MS)) {
    const limit = new Date(now - TOLERANCE_MS).toISOString().replace(/[-:]|\.\d+/g, "");
    return refuse(`Signature expired: ${date} is now earlier than ${limit} (${limit} - 5 min.)`);
  }
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    ...signed.map((name) => `${name}:${headers[name]}`),
    "",
    names,
    createHash("sha256").update(body).digest("hex"),
  ].join("\n");
  const digest = createHash("sha256").update(canonical).digest("hex");
  let derived: string | Buffer = `AWS4${key.secretAccessKey}`;
  for (const part of [day, region, service, "aws4_request"]) derived = hmac(derived, part);
  const text = `AWS4-HMAC-SHA256\n${date}\n${day}/${region}/${service}/aws4_request\n${digest}`;
  if (hmac(derived, text).toString("hex") === signature) return { arn: key.arn };
  // As AWS answers, with all that was signed.
  return refuse(
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and " +
      "signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should " +
      `have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'${text}'\n`,
  );
}

function refuse(message: string): Verdict {
  return { code: "InvalidSignatureException", message };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
