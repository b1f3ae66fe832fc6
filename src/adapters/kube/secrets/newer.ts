/**
 * Whether one resource version of an object is newer than another. API servers count them up since the first release and
 * promise it since 1.35. (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions)
 */
export function isNewer(version: string | undefined, than: string | undefined): boolean {
  if (version === undefined || than === undefined) return true;
  return version.length === than.length ? version > than : version.length > than.length;
}
