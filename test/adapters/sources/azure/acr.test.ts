import { writeFileSync } from "node:fs";
import t, { type Test } from "tap";
import { azureSource } from "../../../../src/adapters/sources/azure/acr.ts";
import type { AzureConfig } from "../../../../src/core/config/sources/azure-schema.ts";
import type { SourceResult } from "../../../../src/core/credential/source.ts";
import { type CloudContext, cloudContext, NOON } from "../../../builders/cloud-context.ts";
import { eventually } from "../../../builders/eventually.ts";
import {
  APPLICATION,
  type FakeAzure,
  fakeAzure,
  jwt,
  KUBELET,
  LIFE_MS,
  REGISTRY,
  TENANT,
} from "../../../fakes/azure/fake-azure.ts";

const ASSERTION = "eyJhbGciOiJSUzI1NiJ9.aks.signature";
const OTHER = "6b6c8a8e-1f2a-4c8e-9d3b-00000000000f";

type World = { readonly azure: FakeAzure; readonly context: CloudContext; readonly tokenFile: string };

async function world(t: Test): Promise<World> {
  const context = cloudContext({ environment: {} });
  const azure = await fakeAzure(t, context.clock.now);
  azure.assertions.add(ASSERTION);
  context.environment.AZURE_AUTHORITY_HOST = `${azure.url}/`;
  context.environment.AZURE_POD_IDENTITY_AUTHORITY_HOST = azure.url;
  const folder = t.testdir({ token: `${ASSERTION}\n` });
  return { azure, context, tokenFile: `${folder}/token` };
}

/** Sets what the webhook of Azure Workload Identity sets. */
function asWorkload({ context, tokenFile }: World): Partial<AzureConfig> {
  Object.assign(context.environment, {
    AZURE_CLIENT_ID: APPLICATION,
    AZURE_TENANT_ID: TENANT,
    AZURE_FEDERATED_TOKEN_FILE: tokenFile,
  });
  return {};
}

function read({ azure, context }: World, config: Partial<AzureConfig> = {}): Promise<SourceResult> {
  const written = { registry: REGISTRY, endpoint: azure.url, ...config };
  return azureSource({ ...context, config: written, matchImages: [REGISTRY] }).read();
}

function describe(result: SourceResult): unknown {
  if (result.kind !== "credentials") return result;
  return [...result.credentials].map(([key, { username, password }]) => {
    const claims = JSON.parse(Buffer.from(password.reveal().split(".")[1] ?? "", "base64url").toString());
    return [key, username, claims.sub, result.expiresAt];
  });
}
const tokenOf = (client: string): unknown => [
  [REGISTRY, "00000000-0000-0000-0000-000000000000", client, NOON + LIFE_MS],
];

const IDENTITIES: readonly (readonly [string, (world: World) => Partial<AzureConfig>, string])[] = [
  ["the workload identity of the ServiceAccount", asWorkload, APPLICATION],
  [
    "the same, written in the config",
    ({ tokenFile }) => ({
      auth: { workloadIdentity: { clientId: APPLICATION, tenantId: TENANT, tokenFile } },
    }),
    APPLICATION,
  ],
  ["the node's only managed identity, where there is nothing else", () => ({}), KUBELET],
  [
    "one of the node's managed identities, although there is a workload identity",
    (world) => {
      asWorkload(world);
      world.azure.identities.add(OTHER);
      return { auth: { managedIdentity: { clientId: KUBELET } } };
    },
    KUBELET,
  ],
  [
    "an identity whose audience is written with a slash at its end",
    () => ({ audience: "https://containerregistry.azure.net/" }),
    KUBELET,
  ],
];
for (const [what, configure, client] of IDENTITIES) {
  t.test(`a token is given to ${what}`, async (t) => {
    const made = await world(t);
    t.same(describe(await read(made, configure(made))), tokenOf(client));
  });
}

t.test("what a person has to provide is missing, and not an error", async (t) => {
  const made = await world(t);
  t.same(await read(made, { auth: { workloadIdentity: {} } }), {
    kind: "missing",
    message:
      "AZURE_CLIENT_ID is not set: let pullcred's ServiceAccount have a workload identity, or write " +
      "auth.workloadIdentity.clientId",
  });
  asWorkload(made);
  t.same(await read(made, { auth: { workloadIdentity: { tokenFile: "/nowhere/token" } } }), {
    kind: "missing",
    message: "there is no token in /nowhere/token: project one",
  });
});

type Refusal = readonly [string, (world: World) => Partial<AzureConfig>, string | RegExp];
const REFUSALS: readonly Refusal[] = [
  [
    "a missing role",
    (world) => {
      world.azure.pullers.clear();
      return asWorkload(world);
    },
    `could not get a token of ${REGISTRY}: AcrPull is not granted to identity ${APPLICATION}: grant it on the registry, or ` +
      'Container Registry Repository Reader where that has permissions for each repository; Azure said "authentication required, visit https://aka.ms/acr/authorization for more information. CorrelationId: ' +
      '1f2a" (UNAUTHORIZED)',
  ],
  [
    "a registry's firewall",
    ({ azure }) => {
      const token = { status: 200, body: { access_token: "eyJ.entra.token" } };
      const message =
        "client with IP '203.0.113.7' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.";
      azure.spoil(token, { status: 403, body: { errors: [{ code: "DENIED", message }] } });
      return {};
    },
    `could not get a token of ${REGISTRY}: Azure said "client with IP '203.0.113.7' is not allowed access. Refer ` +
      'https://aka.ms/acr/firewall to grant access." (DENIED)',
  ],
  [
    "a ServiceAccount that is not federated",
    (world) => {
      world.azure.assertions.clear();
      return asWorkload(world);
    },
    /: no federated credential of identity .*02 fits pullcred's ServiceAccount: add one .*; Azure said "AADSTS700213: /,
  ],
  [
    "a ServiceAccount that is not federated, in the words of another version",
    (world) => {
      const description =
        "AADSTS70021: No matching federated identity record found for presented assertion. Assertion Issuer: 'https://i/'.\r\n" +
        "Trace ID: 72348f3f\r\nCorrelation ID: 9c4b21";
      world.azure.spoil({ status: 401, body: { error: "invalid_client", error_description: description } });
      return asWorkload(world);
    },
    /fits pullcred's ServiceAccount: add one .*; Azure said "AADSTS70021: [^"]*Issuer: 'https:\/\/i\/'\." \(invalid_client\)$/,
  ],
  [
    "an unknown client",
    (world) => ({ ...asWorkload(world), auth: { workloadIdentity: { clientId: OTHER } } }),
    /: the tenant does not know identity .*0f: check clientId and tenantId; Azure said "AADSTS700016: /,
  ],
  [
    "an unknown tenant",
    (world) => ({ ...asWorkload(world), auth: { workloadIdentity: { tenantId: OTHER } } }),
    /: the tenant does not know identity .*02: check clientId and tenantId; Azure said "AADSTS90002: /,
  ],
  [
    "an unknown audience",
    (world) => ({ ...asWorkload(world), audience: "https://registry.example" }),
    /: the tenant does not know the registry's API: write another audience; /,
  ],
  [
    "an identity that the node does not have",
    () => ({ auth: { managedIdentity: { clientId: OTHER } } }),
    `could not get a token of Entra ID for managed identity ${OTHER}: the node does not have managed identity ${OTHER}: ` +
      'assign it to the node; Azure said "Identity not found" (invalid_request)',
  ],
  [
    "a node with several identities",
    ({ azure }) => {
      azure.identities.add(OTHER);
      return {};
    },
    /: the node has several identities: write auth\.managedIdentity\.clientId; /,
  ],
  [
    "truncated JSON of Entra ID",
    ({ azure }) => {
      azure.spoil({ status: 200, body: '{"access_token":"eyJ.cut' });
      return {};
    },
    "could not get a token of Entra ID for the node's managed identity: the answer has no token",
  ],
  [
    "truncated JSON of the registry",
    ({ azure }) => {
      azure.spoil(
        { status: 200, body: { access_token: "eyJ.a.b" } },
        { status: 200, body: '{"refresh_token":"e' },
      );
      return {};
    },
    `could not get a token of ${REGISTRY}: the answer has no token`,
  ],
  [
    "a token that does not say when it ends",
    ({ azure }) => {
      azure.spoil(
        { status: 200, body: { access_token: "eyJ.a.b" } },
        { status: 200, body: { refresh_token: "opaque" } },
      );
      return {};
    },
    `could not get a token of ${REGISTRY}: the token in the answer does not say when it ends`,
  ],
  [
    "a token that has ended",
    ({ azure }) => {
      const ended = jwt({ exp: NOON / 1_000 - 1 });
      azure.spoil(
        { status: 200, body: { access_token: "eyJ.a.b" } },
        { status: 200, body: { refresh_token: ended } },
      );
      return {};
    },
    "could not use the token: it expired at 2026-05-01T11:59:59.000Z already; check this machine's clock",
  ],
  [
    "a metadata service that cannot be reached",
    ({ context }) => {
      context.environment.AZURE_POD_IDENTITY_AUTHORITY_HOST = "http://127.0.0.1:1";
      return {};
    },
    /: could not reach http:\/\/127\.0\.0\.1:1: .*; outside of Azure write auth\.workloadIdentity$/,
  ],
];
for (const [what, configure, message] of REFUSALS) {
  t.test(`told: ${what}`, async (t) => {
    const made = await world(t);
    await t.rejects(read(made, configure(made)), { name: "PullcredError", code: "SourceFailed", message });
  });
}

t.test("a ServiceAccount token that is missing is waited for", async (t) => {
  const { azure, context, tokenFile } = await world(t);
  const path = `${tokenFile}-later`;
  const config = {
    registry: REGISTRY,
    endpoint: azure.url,
    auth: { workloadIdentity: { clientId: APPLICATION, tenantId: TENANT, tokenFile: path } },
  };
  const source = azureSource({ ...context, config, matchImages: [REGISTRY] });
  t.match(await source.read(), { kind: "missing" });
  let isTold = false;
  t.teardown(
    source.watch(() => {
      isTold = true;
    }),
  );
  await eventually("the token is told", () => {
    writeFileSync(path, `${ASSERTION}${" ".repeat(1 + Math.floor(Math.random() * 9))}`);
    return isTold || undefined;
  });
  t.same(describe(await source.read()), tokenOf(APPLICATION));
});
