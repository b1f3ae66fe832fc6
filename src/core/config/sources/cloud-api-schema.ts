import type { TextSchema } from "../schema-node.ts";

/** The region of a cloud, which becomes a part of hosts. */
export const cloudRegion = {
  type: "string",
  pattern: "^[a-z]+(-[a-z0-9]+)+$",
  expected: 'a region such as "cn-hangzhou" or "ap-guangzhou"',
} as const satisfies Omit<TextSchema, "description">;

/** Where a cloud's API is; HTTPS unless it says otherwise, as a proxy in the same Pod may. */
export const cloudEndpoint = {
  type: "string",
  pattern: "^(https?://)?[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:[0-9]{1,5})?$",
  expected: "a host, with an optional port and an optional https:// or http:// before it",
} as const satisfies Omit<TextSchema, "description">;

/** What the owner of a role in another account asks for, so that nobody is talked into using it for somebody else. */
export const externalId = {
  type: "string",
  minLength: 2,
  maxLength: 1224,
  pattern: "^[\\w+=,.@:/-]+$",
  expected: "an external ID of 2 to 1224 characters",
  description: "The external ID that the role's trust policy asks for.",
  examples: ["pullcred"],
} as const satisfies TextSchema;
