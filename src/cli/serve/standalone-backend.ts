import type { Logger } from "pino";
import { type DataDirectory, openDataDirectory } from "../../adapters/standalone/data-directory.ts";
import { createMemoryNamespaceStore } from "../../adapters/standalone/memory-namespace-store.ts";
import { createMemorySecretStore } from "../../adapters/standalone/memory-secret-store.ts";
import { secretFiles } from "../../adapters/standalone/secret-files.ts";
import { noOwners } from "../../core/copy/owner.ts";
import { createUnfinishedCopies } from "../../core/copy/unfinished-copies.ts";
import { noServiceAccounts } from "../../core/service-account/mountable-secrets.ts";
import type { Backend } from "./backend.ts";
import { makeDataDirectory } from "./data-directory.ts";

/** Opens the double of a cluster: in memory, and below a directory where one is given. It leads itself. */
export async function openStandaloneBackend(dataDir: string | undefined, log: Logger): Promise<Backend> {
  const secrets = createMemorySecretStore(dataDir === undefined ? undefined : secretFiles(dataDir));
  const namespaces = createMemoryNamespaceStore();
  let directory: DataDirectory | undefined;
  if (dataDir !== undefined) {
    await makeDataDirectory(dataDir);
    directory = await openDataDirectory({ path: dataDir, secrets, namespaces, log });
  }
  return {
    secrets,
    namespaces,
    serviceAccounts: noServiceAccounts,
    owners: noOwners,
    onOwner: () => undefined,
    unfinished: createUnfinishedCopies(),
    events: { tell: ({ mapping, reason, note }) => log.info({ registry: mapping, reason, note }, "notice") },
    leadership: { isHeld: () => true, start: (lead) => lead(), stop: async () => undefined },
    watches: () => [],
    configure: () => undefined,
    ready: async () => undefined,
    stop: async () => directory?.stop(),
  };
}
