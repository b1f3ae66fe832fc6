import type { TextSchema } from "./schema-node.ts";

/** A DNS label, as Kubernetes checks it (RFC 1123). */
export const dnsLabel = {
  type: "string",
  maxLength: 63,
  pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
  expected:
    'lower-case letters, digits and "-", starting and ending with a letter or digit, at most 63 characters',
} as const satisfies Omit<TextSchema, "description">;

/** The name of a Secret: a DNS subdomain, as Kubernetes checks it. */
export const dnsSubdomain = {
  type: "string",
  maxLength: 253,
  pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
  expected:
    'lower-case letters, digits, "-" and ".", each part between dots starting and ending with a letter or digit, ' +
    "at most 253 characters",
} as const satisfies Omit<TextSchema, "description">;

/** The key of a label: an optional DNS prefix of at most 253 characters, and a name of at most 63. */
export const labelKey = {
  type: "string",
  maxLength: 317,
  pattern:
    "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?" +
    "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
  expected:
    'a label key such as "tier" or "example.com/tier": an optional DNS name and "/", then at most 63 letters, ' +
    'digits, "-", "_" and ".", starting and ending with a letter or digit',
} as const satisfies Omit<TextSchema, "description">;

/** The value of a label, which may be empty. */
export const labelValue = {
  type: "string",
  maxLength: 63,
  pattern: "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$",
  expected:
    'a label value: at most 63 letters, digits, "-", "_" and ".", starting and ending with a letter or digit',
} as const satisfies Omit<TextSchema, "description">;
