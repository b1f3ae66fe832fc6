/** Long enough for a runtime's chain of errors. */
const LONGEST = 600;
/** A URL, split into its scheme, the user in front of the host, the rest, and the query. */
const URL_PARTS = /\b(https?:\/\/)(?:[^\s"'/?#@]*@)?([^\s"'?#]*)(\?[^\s"'#]*)?/g;

/**
 * A runtime's error without what may be a credential in its URLs: a user, and the query, which holds the signature where a
 * registry redirects to object storage.
 */
export function hideCredentials(message: string): string {
  const hidden = message.replace(
    URL_PARTS,
    (_, scheme, rest, query) => `${scheme}${rest}${query === undefined ? "" : "?…"}`,
  );
  return hidden.length <= LONGEST ? hidden : `${hidden.slice(0, LONGEST)}…`;
}
