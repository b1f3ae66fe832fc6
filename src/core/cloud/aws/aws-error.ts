import { readJsonObject, readText } from "../read-json.ts";
import { readXmlText } from "./xml-text.ts";

/** What an AWS API says when it refuses. */
export type AwsError = {
  /** Empty where the answer has none. */
  readonly code: string;
  readonly message: string;
};

/** Reads an error of the JSON protocol (ECR) or of the query protocol (STS). */
export function readAwsError(body: string): AwsError {
  const json = readJsonObject(body);
  const code = readText(json, "__type") ?? readText(json, "code") ?? readXmlText(body, "Code") ?? "";
  const message =
    readText(json, "message") ?? readText(json, "Message") ?? readXmlText(body, "Message") ?? "";
  // Some have a namespace before the code: com.amazon.coral.service#AccessDeniedException
  return { code: code.replace(/^.*#/, ""), message };
}

const SKEW = new Set([
  "InvalidSignatureException",
  "RequestExpired",
  "RequestInTheFuture",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
]);

/** Whether the signature may only be refused because the clocks differ. */
export function maySayClocksDiffer({ code }: AwsError): boolean {
  return SKEW.has(code);
}

/** Who must not do what, and by which policy, as AWS words it. */
export type AwsDenial = {
  readonly who: string;
  readonly action: string;
  /** Such as `service control policy`; empty where it is not told. */
  readonly policy: string;
  /** Whether that denies it; others only do not allow it. */
  readonly isDenied: boolean;
};

/** Reads a denial; null where it is another error. */
export function readDenial({ message }: AwsError): AwsDenial | null {
  const found = /User: (arn:[\w+=,.@:/-]+) is not authorized to perform: ([\w-]+:\w+)/.exec(message);
  if (found === null) return null;
  const [, policy = ""] =
    /(?:explicit deny in an?|because no) ([\w -]{1,40}? policy|permissions boundary)/.exec(message) ?? [];
  return {
    who: found[1] ?? "",
    action: found[2] ?? "",
    policy,
    isDenied: message.includes("explicit deny"),
  };
}
