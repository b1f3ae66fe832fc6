/** The label or annotation by which a Pod or a namespace asks to be left alone, with the value `"false"`. */
export const INJECT_KEY = "pullcred.dev/inject";

type Metadata = {
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly annotations?: Readonly<Record<string, string>> | null;
};

/** Whether this Pod or namespace is marked to be left alone. */
export function isOptedOut(metadata: Metadata | null | undefined): boolean {
  return metadata?.labels?.[INJECT_KEY] === "false" || metadata?.annotations?.[INJECT_KEY] === "false";
}
