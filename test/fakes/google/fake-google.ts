import type { Test } from "tap";
import {
  type CloudServer,
  cloudServer,
  type Received,
  type Reply,
  type TokenTerms,
} from "../cloud-server.ts";

/** Google Cloud on this machine: the metadata server, the Security Token Service and IAM. */
export type FakeGoogle = CloudServer & {
  /** Tokens of the identity provider that the workload identity pool accepts. */
  readonly subjects: Set<string>;
  /** The accounts that the machine has, or that the federated identity may be. */
  readonly accounts: Set<string>;
  /** Of the metadata server's and the federated tokens. */
  readonly terms: TokenTerms;
};

export const AUDIENCE =
  "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/clusters/providers/edge";
export const PULLER = "puller@acme.iam.gserviceaccount.com";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:jwt";
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

/** How long tokens live. */
const LIFE_MS = 60 * 60_000;

/** Starts it on a free port. */
export async function fakeGoogle(t: Test, now: () => number): Promise<FakeGoogle> {
  const subjects = new Set<string>();
  const accounts = new Set(["default", PULLER]);
  const issued = new Set<string>();
  const terms: TokenTerms = { lifeMs: LIFE_MS, mark: "" };

  function handle(received: Received): Reply {
    const { method, url } = received;
    const [, account] =
      /^\/computeMetadata\/v1\/instance\/service-accounts\/([^/]+)\/token$/.exec(url.pathname) ?? [];
    if (method === "GET" && account !== undefined) return metadata(received, decodeURIComponent(account));
    if (method === "POST" && url.pathname === "/v1/token")
      return exchange(new URLSearchParams(received.body));
    const [, target] =
      /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):generateAccessToken$/.exec(url.pathname) ?? [];
    if (method === "POST" && target !== undefined) return impersonate(received, target);
    return { status: 404, body: "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>" };
  }

  function metadata({ headers }: Received, account: string): Reply {
    if (headers["metadata-flavor"] !== "Google") return { status: 403, body: "<!DOCTYPE html>" };
    if (!accounts.has(account)) return { status: 404, body: "Not Found\n" };
    const expires_in = Math.floor(terms.lifeMs / 1_000) - 1; // some time has passed since it got it
    const access_token = `ya29.metadata.${account}${terms.mark}`;
    return { status: 200, body: { access_token, expires_in, token_type: "Bearer" } };
  }

  function exchange(form: URLSearchParams): Reply {
    const wanted = {
      audience: AUDIENCE,
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
      scope: SCOPE,
      subject_token_type: ID_TOKEN,
    };
    for (const [name, value] of Object.entries(wanted)) {
      if (form.get(name) !== value) {
        const message = `Invalid value for "${name}". This value should be the full resource name.`;
        return { status: 400, body: { error: "invalid_request", error_description: message } };
      }
    }
    if (!subjects.has(form.get("subject_token") ?? "")) {
      const message = "The given credential is rejected by the attribute condition.";
      return { status: 401, body: { error: "unauthorized_client", error_description: message } };
    }
    const token = `ya29.federated.${issued.size}${terms.mark}`;
    issued.add(token);
    return {
      status: 200,
      body: {
        access_token: token,
        issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
        token_type: "Bearer",
        expires_in: Math.floor(terms.lifeMs / 1_000),
      },
    };
  }

  function impersonate({ headers, body }: Received, account: string): Reply {
    const { scope, lifetime } = JSON.parse(body) as { scope: string[]; lifetime: string };
    const seconds = /^(\d+)s$/.exec(lifetime)?.[1];
    if (scope.join() !== SCOPE || seconds === undefined)
      return refuse(400, "INVALID_ARGUMENT", "Invalid value");
    if (!issued.has(String(headers.authorization).replace(/^Bearer /, ""))) {
      return refuse(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
    }
    if (!accounts.has(account)) {
      const message =
        "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).";
      return refuse(403, "PERMISSION_DENIED", message);
    }
    const expireTime = new Date(now() + Number(seconds) * 1_000).toISOString().replace(".000", "");
    return { status: 200, body: { accessToken: `ya29.impersonated.${account}`, expireTime } };
  }

  function refuse(code: number, status: string, message: string): Reply {
    return { status: code, body: { error: { code, message, status, details: [] } } };
  }

  return { ...(await cloudServer(t, handle)), subjects, accounts, terms };
}
