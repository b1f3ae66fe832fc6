import type { CredentialsConfig } from "../config/schema.ts";

/** Something of the input that could not be carried over, and where it stands. Never holds a credential. */
export type ImportNote = { readonly path: string; readonly message: string };

/** Something that a person has to do so that a mapping works. */
export type ImportStep = ImportNote & {
  /** The command that does it, where there is one. */
  readonly command?: string;
};

/** The source of a mapping, and what has to be done for it, once the mapping's name is known. */
export type PlannedSource = {
  readonly credentials: CredentialsConfig;
  readonly steps: readonly ImportStep[];
};

/** A mapping as it is found in the input. */
export type FoundMapping = {
  /** Those of one key are one mapping: their images and namespaces come together. */
  readonly key: string;
  /** What it could be called, best first. */
  readonly names: readonly string[];
  /** Where it comes from, for people. */
  readonly from: readonly string[];
  /** Empty where the source knows its registry's hosts. */
  readonly matchImages: readonly string[];
  /** Undefined where the input says nothing of namespaces. */
  readonly include?: readonly string[];
  plan(name: string): PlannedSource;
};

/** What one part of the input comes to. */
export type Findings = {
  readonly mappings: readonly FoundMapping[];
  readonly notes: readonly ImportNote[];
};

/** What the person who imports has said. */
export type ImportOptions = {
  /** The cluster's own region, for what names none. */
  readonly region?: string;
  /** The namespace of manifests that name none. */
  readonly namespace: string;
  /** Where pullcred will run, and its origins are. */
  readonly ownNamespace: string;
};
