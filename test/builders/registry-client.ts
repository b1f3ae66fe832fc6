import type { Test } from "tap";
import {
  createRegistryClient,
  type RegistryClient,
  type RegistryClientOptions,
} from "../../src/adapters/registry/registry-client.ts";
import { trustAlso } from "../../src/adapters/registry/registry-trust.ts";
import { systemClock } from "../../src/adapters/time/system-clock.ts";
import { makeSelfSigned } from "../../src/adapters/tls/self-signed.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import { type ImageReference, parseImageReference } from "../../src/core/image/reference.ts";
import {
  type Asked,
  MANIFEST,
  type RegistryReply,
  type RegistryServer,
  registryServer,
} from "./registry-server.ts";

/** What registries of tests serve with, and clients of tests trust. */
export const certificate = await makeSelfSigned(["127.0.0.1"], Date.now(), 24 * 60 * 60 * 1000);

/** A credential, and the header that it makes. */
export const robot = { username: "robot", password: new Redacted("right") };
export const RIGHT = `Basic ${Buffer.from("robot:right").toString("base64")}`;

/** Asks for a user name and a password. */
export const ASK = { status: 401, headers: { "www-authenticate": 'Basic realm="test"' } };

/** Lets in who has the password. */
export const withPassword = ({ authorization }: Asked): Exclude<RegistryReply, string> =>
  authorization === RIGHT ? MANIFEST : ASK;

/** What the options of a client are called that no test gives others. */
export const optionNames = { caFile: "--ca-file", insecureHost: "--insecure-host" };

/** A client that trusts the certificate, until the test ends. */
export function openClient(t: Test, options: Partial<RegistryClientOptions> = {}): RegistryClient {
  const client = createRegistryClient({
    clock: systemClock,
    timeout: 30_000,
    maxSockets: 4,
    trust: trustAlso(certificate.ca),
    insecureHosts: [],
    optionNames,
    ...options,
  });
  t.teardown(() => client.close());
  return client;
}

/** An image of a registry. */
export function imageAt(host: string, name = "shop/app:1"): ImageReference {
  const parsed = parseImageReference(`${host}/${name}`);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.reference;
}

/** What a token service says to whom it knows. */
export const TOKEN = { status: 200, body: '{"token": "t"}' };

export type TokenPair = { readonly registry: RegistryServer; readonly tokens: RegistryServer };

/** A registry that takes the token `t`, and its token service. */
export async function startTokenPair(
  t: Test,
  serve: (asked: Asked) => RegistryReply,
  parts: { readonly realm?: (host: string) => string; readonly take?: (asked: Asked) => RegistryReply } = {},
): Promise<TokenPair> {
  const tokens = await registryServer(t, serve, certificate);
  const realm = parts.realm?.(tokens.host) ?? `https://${tokens.host}/token`;
  const challenge = { "www-authenticate": `Bearer realm="${realm}",service="s"` };
  const take = parts.take ?? (() => MANIFEST);
  const registry = await registryServer(
    t,
    (asked) => (asked.authorization === "Bearer t" ? take(asked) : { status: 401, headers: challenge }),
    certificate,
  );
  return { registry, tokens };
}
