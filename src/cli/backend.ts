import type { CompiledConfig } from "../core/config/compile.ts";
import type { Owners } from "../core/copy/owner.ts";
import type { UnfinishedCopies } from "../core/copy/unfinished-copies.ts";
import type { EventSink } from "../core/event/event-sink.ts";
import type { NamespaceStore } from "../core/namespace/namespace-store.ts";
import type { SecretStore } from "../core/secret/secret-store.ts";
import type { ServiceAccounts } from "../core/service-account/mountable-secrets.ts";

/** What the webhook runs on: a cluster, or the standalone double. */
export type Backend = {
  readonly secrets: SecretStore;
  readonly namespaces: NamespaceStore;
  readonly serviceAccounts: ServiceAccounts;
  readonly owners: Owners;
  /** Calls back with the mapping whose owner has changed. */
  onOwner(listener: (mapping: string) => void): void;
  readonly unfinished: UnfinishedCopies;
  readonly events: EventSink;
  readonly leadership: Leadership;
  /** Begins to follow what this config names. */
  configure(config: CompiledConfig): void;
  /** Resolves when everything that the config names was looked at once. */
  ready(): Promise<void>;
  stop(): Promise<void>;
};

/** Who keeps the copies right: one process at a time. */
export type Leadership = {
  /** Whether this process may act: false from the moment in which another one may lead. */
  isHeld(): boolean;
  /** Stands as a candidate: `lead` is called whenever the leadership is won, `follow` whenever it is lost. */
  start(lead: () => void, follow: () => Promise<void>): void;
  /** Hands over. */
  stop(): Promise<void>;
};
