import { distance } from "fastest-levenshtein";
import { listWords } from "./expectation.ts";

const NEAR = 2; // a swapped pair of letters counts as two edits
const LONGEST_KEY_TO_SHOW = 60;

/** Keys that people write a credential under, such as `password`, `auth` or `.dockerconfigjson`. */
const CREDENTIAL_KEY = /pass|token|auth|username|credential|dockerconfig|dockercfg|private|secret$/i;

/** Says what is wrong with a key that the schema does not know, and which one was probably meant. */
export function explainUnknownKey(key: string, known: readonly string[]): string {
  if (key.length > LONGEST_KEY_TO_SHOW) return `unknown key; the keys here are ${listWords(known, "and")}`;
  const subject = `unknown key ${JSON.stringify(key)}`;
  const nearest = findNearest(key, known);
  if (nearest !== undefined) return `${subject}; did you mean ${JSON.stringify(nearest)}?`;
  if (CREDENTIAL_KEY.test(key)) {
    return `${subject}; no credential may stand in this file: put it in a Secret and name that with credentials.secretRef`;
  }
  return `${subject}; the keys here are ${listWords(known, "and")}`;
}

function findNearest(key: string, known: readonly string[]): string | undefined {
  // Only a typing mistake is near: two edits turn a short key into any other.
  const limit = Math.min(NEAR, Math.floor(key.length / 3));
  const lower = key.toLowerCase();
  return known
    .map((name) => ({ name, edits: distance(lower, name.toLowerCase()) }))
    .filter(({ edits }) => edits <= limit)
    .sort((a, b) => a.edits - b.edits)[0]?.name;
}
