import { CopyResult } from "../copy/copy-result.ts";

/**
 * The API server asks for warnings of at most 120 characters, may cut them at 256, and keeps 4,096 in all.
 * (https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response)
 */
const MAX_LENGTH = 256;
const MAX_UNREADABLE = 3;

/** Warns of images that are no references: they take part in no mapping. */
export function warnUnreadable(places: readonly string[]): readonly string[] {
  const warnings = places
    .slice(0, MAX_UNREADABLE)
    .map((place) => `pullcred: ${place} is not a valid image reference: no pull secret for it`);
  const rest = places.length - warnings.length;
  if (rest > 0) warnings.push(`pullcred: ${rest} more images are not valid image references`);
  return warnings;
}

/** Warns where the Secret that a Pod names may not serve it, in the words of the person who made the Pod. */
export function warnCopy(result: CopyResult, mapping: string, secretName: string): string | null {
  switch (result) {
    case CopyResult.Current:
    case CopyResult.Written:
    case CopyResult.DryRun:
    case CopyResult.NamespaceTerminating:
      return null;
    case CopyResult.Foreign:
      return cut(`pullcred: Secret ${secretName} is not managed by pullcred: it is used as it is`);
    case CopyResult.NoCredential:
      return cut(
        `pullcred: registry ${mapping} has no credential yet: Secret ${secretName} follows when it has`,
      );
    case CopyResult.Withdrawn:
      return cut(
        `pullcred: Secret ${secretName} is not written: the role for registry ${mapping} is missing`,
      );
    case CopyResult.Failed:
      return cut(`pullcred: Secret ${secretName} could not be written: it is tried again in the background`);
    case CopyResult.Delayed:
      return cut(
        `pullcred: Secret ${secretName} is not up to date yet: it is being written in the background`,
      );
    default:
      return result satisfies never;
  }
}

/** Warns of a pull secret that the labels of the namespace could forbid, which are not known. */
export function warnUndecided(secretName: string): string {
  return cut(
    `pullcred: Secret ${secretName} not added: it depends on the namespace's labels, which could not be looked up`,
  );
}

/** Warns of a pull secret that the Pod's ServiceAccount keeps it from naming. */
export function warnForbidden(secretName: string): string {
  return cut(
    `pullcred: Secret ${secretName} not added: the ServiceAccount enforces mountable secrets and does not list it`,
  );
}

/** What the API server keeps of all warnings together, with room for those of other webhooks. */
const MAX_TOTAL = 3_000;

/** As many warnings as the API server is sure to show, and how many more there are. */
export function limitWarnings(warnings: readonly string[]): readonly string[] {
  let total = 0;
  const shown = warnings.filter((warning) => {
    total += warning.length;
    return total <= MAX_TOTAL;
  });
  const rest = warnings.length - shown.length;
  return rest === 0 ? warnings : [...shown, `pullcred: ${rest} more warnings, see pullcred's log`];
}

function cut(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 1)}…`;
}
