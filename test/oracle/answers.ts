import { readFileSync } from "node:fs";

/** What distribution/reference makes of a text. */
export type ReferenceAnswer = {
  readonly text: string;
  readonly error: string | null;
  readonly reference: {
    readonly registry: string;
    readonly repository: string;
    readonly tag: string | null;
    readonly digest: string | null;
    readonly name: string;
  } | null;
};

/** Which repositories kubelet matches with each pattern. */
export type UrlsMatchAnswers = {
  readonly repositories: readonly string[];
  readonly patterns: readonly {
    readonly pattern: string;
    readonly error: string | null;
    readonly matches: readonly string[];
  }[];
};

/** Which names filepath.Match matches with each pattern. */
export type GlobAnswers = {
  readonly names: readonly string[];
  readonly patterns: readonly {
    readonly pattern: string;
    readonly wellFormed: boolean;
    readonly matches: readonly string[];
  }[];
};

type Answers = {
  readonly reference: readonly ReferenceAnswer[];
  readonly "urls-match": UrlsMatchAnswers;
  readonly glob: GlobAnswers;
};

/** Reads what the real Go code answered; scripts/generate-oracle.mjs asks it again. */
export function readAnswers<Subject extends keyof Answers>(subject: Subject): Answers[Subject] {
  return JSON.parse(readFileSync(new URL(`../fixtures/oracle/${subject}.json`, import.meta.url), "utf8"));
}
