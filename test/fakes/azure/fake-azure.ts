import type { Test } from "tap";
import {
  type CloudServer,
  cloudServer,
  type Received,
  type Reply,
  type TokenTerms,
} from "../cloud-server.ts";

/** Azure on this machine: Entra ID, the metadata service of virtual machines, and one registry. */
export type FakeAzure = CloudServer & {
  /** The ServiceAccounts' tokens that the application trusts. */
  readonly assertions: Set<string>;
  /** The client IDs of the node's managed identities. */
  readonly identities: Set<string>;
  /** The client IDs that have the role AcrPull. */
  readonly pullers: Set<string>;
  /** Of the registry's tokens. */
  readonly terms: TokenTerms;
};

export const TENANT = "6b6c8a8e-1f2a-4c8e-9d3b-000000000001";
export const APPLICATION = "6b6c8a8e-1f2a-4c8e-9d3b-000000000002";
export const KUBELET = "6b6c8a8e-1f2a-4c8e-9d3b-000000000003";
export const REGISTRY = "acme.azurecr.io";
export const AUDIENCE = "https://containerregistry.azure.net";
/** How long the registry's tokens live. */
export const LIFE_MS = 3 * 60 * 60_000;

/** Starts it on a free port. */
export async function fakeAzure(t: Test, now: () => number): Promise<FakeAzure> {
  const assertions = new Set<string>();
  const identities = new Set([KUBELET]);
  const pullers = new Set([APPLICATION, KUBELET]);
  const terms: TokenTerms = { lifeMs: LIFE_MS, mark: "" };
  /** Whose a token of Entra ID is. */
  const issued = new Map<string, string>();

  function issue(client: string): string {
    const token = jwt({ aud: AUDIENCE, appid: client, jti: issued.size });
    issued.set(token, client);
    return token;
  }

  function handle(received: Received): Reply {
    const { method, url } = received;
    if (method === "POST" && url.pathname === `/${TENANT}/oauth2/v2.0/token`) return entra(received);
    if (method === "GET" && url.pathname === "/metadata/identity/oauth2/token") return metadata(received);
    if (method === "POST" && url.pathname === "/oauth2/exchange") return exchange(received);
    if (url.pathname.endsWith("/oauth2/v2.0/token")) {
      return refuse(
        400,
        "invalid_request",
        "AADSTS90002: Tenant 'x' not found. Check to make sure you have the correct tenant ID",
      );
    }
    return { status: 404 };
  }

  function entra({ body }: Received): Reply {
    const form = new URLSearchParams(body);
    const isRight =
      form.get("grant_type") === "client_credentials" &&
      form.get("client_assertion_type") === "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    if (!isRight)
      return refuse(400, "invalid_request", "AADSTS900144: The request body must contain a parameter");
    if (form.get("scope") !== `${AUDIENCE}/.default`) {
      return refuse(
        400,
        "invalid_resource",
        "AADSTS500011: The resource principal named x was not found in the tenant",
      );
    }
    if (form.get("client_id") !== APPLICATION) {
      return refuse(
        400,
        "unauthorized_client",
        "AADSTS700016: Application with identifier 'x' was not found in the directory",
      );
    }
    if (!assertions.has(form.get("client_assertion") ?? "")) {
      return refuse(
        401,
        "invalid_client",
        "AADSTS700213: No matching federated identity record found for presented assertion subject " +
          "'system:serviceaccount:pullcred:pullcred'. Check your federated identity credential Subject, Audience and Issuer " +
          "against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
      );
    }
    const token = {
      token_type: "Bearer",
      expires_in: 3_599,
      ext_expires_in: 3_599,
      access_token: issue(APPLICATION),
    };
    return { status: 200, body: token };
  }

  function metadata({ url, headers }: Received): Reply {
    if (headers.metadata !== "true") return { status: 400, body: { error: "bad_request_102" } };
    if (
      url.searchParams.get("api-version") !== "2018-02-01" ||
      url.searchParams.get("resource") !== AUDIENCE
    ) {
      return {
        status: 400,
        body: { error: "invalid_request", error_description: "Required audience parameter not specified" },
      };
    }
    const client = url.searchParams.get("client_id") ?? [...identities].join();
    if (client.includes(",")) {
      const words =
        "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request";
      return { status: 400, body: { error: "invalid_request", error_description: words } };
    }
    if (!identities.has(client)) {
      return { status: 400, body: { error: "invalid_request", error_description: "Identity not found" } };
    }
    const seconds = {
      expires_in: "86399",
      expires_on: "1777723200",
      ext_expires_in: "86399",
      not_before: "1777636800",
    };
    return {
      status: 200,
      body: {
        access_token: issue(client),
        client_id: client,
        resource: AUDIENCE,
        token_type: "Bearer",
        ...seconds,
      },
    };
  }

  function exchange({ body, headers }: Received): Reply {
    const form = new URLSearchParams(body);
    if (headers["content-type"] !== "application/x-www-form-urlencoded") return { status: 415 };
    if (form.get("grant_type") !== "access_token" || form.get("service") !== REGISTRY) {
      return deny(400, "UNSUPPORTED", "The operation is unsupported.");
    }
    const client = issued.get(form.get("access_token") ?? "");
    if (client === undefined || !pullers.has(client)) {
      const more = "visit https://aka.ms/acr/authorization for more information.";
      return deny(401, "UNAUTHORIZED", `authentication required, ${more} CorrelationId: 1f2a`);
    }
    const exp = Math.floor((now() + terms.lifeMs) / 1_000);
    const refresh_token = jwt({ jti: `1${terms.mark}`, sub: client, aud: REGISTRY, exp });
    return { status: 200, body: { refresh_token } };
  }

  function deny(status: number, code: string, message: string): Reply {
    return { status, body: { errors: [{ code, message }] } };
  }

  /** As Entra ID words it. */
  function refuse(status: number, error: string, message: string): Reply {
    const description = `${message} Trace ID: 30b6df93 Correlation ID: dffc6012 Timestamp: 2026-05-01 12:00:00Z`;
    const code = Number(/\d+/.exec(message)?.[0]);
    const body = { error, error_description: description, error_codes: [code], trace_id: "30b6df93" };
    return { status, body };
  }

  return { ...(await cloudServer(t, handle)), assertions, identities, pullers, terms };
}

/** A token that anybody can read and nobody can verify. */
export function jwt(claims: object): string {
  const parts = [{ alg: "RS256", typ: "JWT" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return `${parts.join(".")}.c2lnbmF0dXJl`;
}
