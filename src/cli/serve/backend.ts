import type { CompiledConfig } from "../../core/config/compile.ts";
import type { Owners } from "../../core/copy/owner.ts";
import type { UnfinishedCopies } from "../../core/copy/unfinished-copies.ts";
import type { EventSink } from "../../core/event/event-sink.ts";
import type { NamespaceStore } from "../../core/namespace/namespace-store.ts";
import type { TrustedBundle } from "../../core/pki/trusted-bundle.ts";
import type { WaitingPods } from "../../core/repair/waiting-pods.ts";
import type { OwnerReference } from "../../core/secret/secret.ts";
import type { SecretStore } from "../../core/secret/secret-store.ts";
import type { ServiceAccounts } from "../../core/service-account/mountable-secrets.ts";
import type { WatchHealth } from "../../core/status/status-report.ts";

/** What the webhook runs on: a cluster, or the standalone double. */
export type Backend = {
  readonly secrets: SecretStore;
  readonly namespaces: NamespaceStore;
  readonly serviceAccounts: ServiceAccounts;
  readonly owners: Owners;
  /** Calls back with the Secret's name whose owner has changed, and with the namespace where it has one of its own there. */
  onOwner(listener: (secretName: string, namespace?: string) => void): void;
  readonly unfinished: UnfinishedCopies;
  readonly events: EventSink;
  readonly leadership: Leadership;
  /** Where pullcred's own certificates are; undefined where it does not keep them itself. */
  readonly certificates?: CertificatePlace;
  /** The Pods that the leader repairs; undefined where nobody has asked for it. */
  readonly waitingPods?: WaitingPods;
  /** How well each resource is followed. */
  watches(): readonly WatchHealth[];
  /** Begins to follow what this config names. */
  configure(config: CompiledConfig): void;
  /** Resolves when everything that the config names was looked at once. */
  ready(): Promise<void>;
  stop(): Promise<void>;
};

/** The Secret with pullcred's own certificates, and who has to trust them. */
export type CertificatePlace = {
  readonly namespace: string;
  readonly name: string;
  /** The DNS names by which the webhook is called. */
  readonly hosts: readonly string[];
  readonly bundle: TrustedBundle;
  /** Who keeps them. */
  readonly leadership: Leadership;
  /** What the Secret belongs to. */
  owner(): Promise<OwnerReference | undefined>;
};

/** Who keeps the copies right: one process at a time. */
export type Leadership = {
  /** The Lease that stands for it, and who holds it as far as is known; undefined where nobody else could lead. */
  readonly lease?: { readonly name: string; holder(): string | undefined };
  /** Whether this process may act: false from the moment in which another one may lead. */
  isHeld(): boolean;
  /** Stands as a candidate: `lead` is called whenever the leadership is won, `follow` whenever it is lost. */
  start(lead: () => void, follow: () => Promise<void>): void;
  /** Hands over; a start that comes afterwards does nothing. */
  stop(): Promise<void>;
};
