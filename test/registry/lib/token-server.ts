import { createHash, createPrivateKey, createPublicKey, randomUUID, sign } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { KeyPair } from "../../../src/adapters/tls/key-pair.ts";

/** What a user may do, by repository; `*` is any. */
export type User = {
  readonly password: string;
  readonly rights: Readonly<Record<string, readonly string[]>>;
};

/** What somebody asked for. */
export type TokenRequest = {
  readonly user: string | null;
  readonly scopes: readonly string[];
  readonly status: number;
};

/** A token service as the specification of distribution has it. */
export type TokenServer = {
  readonly realm: string;
  readonly requests: readonly TokenRequest[];
  stop(): void;
};

export type TokenServerOptions = {
  readonly serving: KeyPair;
  /** Whose certificate the registry trusts for tokens. */
  readonly signing: KeyPair;
  readonly service: string;
  readonly users: Readonly<Record<string, User>>;
};

/** The issuer of the tokens. */
export const ISSUER = "test tokens";

/** Starts it on a free port. https://distribution.github.io/distribution/spec/auth/token/ */
export async function startTokenServer({
  serving,
  signing,
  service,
  users,
}: TokenServerOptions): Promise<TokenServer> {
  const requests: TokenRequest[] = [];
  const server = createServer({ cert: serving.certificate, key: serving.key }, (incoming, response) => {
    const url = new URL(incoming.url ?? "", "https://any");
    const scopes = url.searchParams.getAll("scope");
    const login = readBasic(incoming.headers.authorization);
    const user = login === null ? undefined : users[login.name];
    const isRefused = login !== null && user?.password !== login.password;
    const status = isRefused ? 401 : url.searchParams.get("service") === service ? 200 : 400;
    requests.push({ user: login?.name ?? null, scopes, status });
    response.writeHead(status, { "content-type": "application/json" });
    if (status !== 200) return void response.end("{}");
    const access = scopes.flatMap((scope) => grant(scope, user));
    response.end(
      JSON.stringify({ token: makeToken(signing, service, login?.name ?? "", access), expires_in: 300 }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { realm: `https://127.0.0.1:${port}/token`, requests, stop: () => void server.close() };
}

/** Of what was asked for, what the user may do. */
function grant(scope: string, user: User | undefined): readonly object[] {
  const [type = "", name = "", asked = ""] = scope.split(":");
  const rights = user?.rights[name] ?? user?.rights["*"] ?? [];
  const actions = asked.split(",").filter((action) => rights.includes(action));
  return actions.length === 0 ? [] : [{ type, name, actions }];
}

function readBasic(header: string | undefined): { readonly name: string; readonly password: string } | null {
  if (header === undefined) return null;
  const [name = "", ...rest] = Buffer.from(header.replace(/^Basic /, ""), "base64")
    .toString()
    .split(":");
  return { name, password: rest.join(":") };
}

function makeToken({ key }: KeyPair, service: string, subject: string, access: readonly object[]): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ iss: ISSUER, sub: subject, aud: service, jti: randomUUID(), access },
    ...{ iat: now, nbf: now - 60, exp: now + 300 },
  };
  const parts = [{ typ: "JWT", alg: "ES256", kid: keyId(key) }, claims];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const signature = sign("sha256", Buffer.from(text), {
    key: createPrivateKey(key),
    dsaEncoding: "ieee-p1363",
  });
  return `${text}.${signature.toString("base64url")}`;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The key's name as github.com/docker/libtrust has it: 240 bits of its hash in base32, in groups of four. */
function keyId(key: string): string {
  const der = createPublicKey(key).export({ type: "spki", format: "der" });
  const bits = [...createHash("sha256").update(der).digest().subarray(0, 30)]
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("");
  const letters =
    bits
      .match(/.{5}/g)
      ?.map((five) => BASE32[Number.parseInt(five, 2)])
      .join("") ?? "";
  return letters.match(/.{4}/g)?.join(":") ?? "";
}
