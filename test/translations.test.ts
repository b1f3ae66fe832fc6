import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ROOT } from "./builders/cli.ts";

const SWITCHES = { "README.md": "README.zh-CN.md", "README.zh-CN.md": "README.md" } as const;

/** What of a document does not depend on its language. */
type Skeleton = {
  readonly headings: readonly number[];
  readonly blocks: readonly string[];
  readonly links: readonly string[];
  readonly code: readonly string[];
  readonly shape: readonly string[];
};

const BLOCK = /```[\s\S]*?```/g;

function readSkeleton(content: string): Skeleton {
  const prose = content.replace(BLOCK, "```");
  return {
    headings: [...prose.matchAll(/^(#+) /gm)].map(([, marks = ""]) => marks.length),
    blocks: (content.match(BLOCK) ?? []).map(withoutComments),
    links: [...prose.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target),
    // The order of words differs between languages.
    code: (prose.match(/(?<!`)`[^`\n]+`/g) ?? []).toSorted(),
    shape: prose
      .split(/\n{2,}/)
      .map((part) => (/^[-|]/.test(part) ? part.trim().split("\n").map(countCells).join(" ") : kindOf(part))),
  };
}

function withoutComments(block: string): string {
  return block
    .split("\n")
    .map((line) => line.replace(/\s+# .*$/, ""))
    .join("\n");
}

/** A table's row by its cells, an item of a list as one. */
function countCells(line: string): number {
  return line.startsWith("|") ? line.split("|").length - 2 : 1;
}

function kindOf(part: string): string {
  if (part.startsWith("#")) return "heading";
  return part.startsWith("```") ? "block" : "text";
}

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

t.test("the check would find what only one of the languages has", async (t) => {
  const given = "# A\n\n`x` is [b](c).\n\n```sh\nls # all\n```\n\n- one\n- two\n";
  const rows: readonly (readonly [keyof Skeleton, string])[] = [
    ["headings", given.replace("# A", "## A")],
    ["blocks", given.replace("ls", "ls -l")],
    ["links", given.replace("(c)", "(d)")],
    ["code", given.replace("`x`", "`y`")],
    ["shape", given.replace("- two\n", "")],
  ];
  for (const [part, other] of rows) t.notSame(readSkeleton(other)[part], readSkeleton(given)[part], part);
  t.same(readSkeleton(given.replace("# all", "# 全部")), readSkeleton(given), "comments are translated");
});

t.test("the README says in Chinese what it says in English", async (t) => {
  const english = readSkeleton(read("README.md"));
  const chinese = readSkeleton(read("README.zh-CN.md"));
  t.same(chinese.headings, english.headings);
  t.same(chinese.blocks, english.blocks);
  t.same(
    chinese.links.map((link) => SWITCHES[link as keyof typeof SWITCHES] ?? link),
    english.links,
  );
  t.same(chinese.code, english.code);
  t.same(chinese.shape, english.shape);
});

t.test("every paragraph, item and cell of the Chinese README is in Chinese, but for names", async (t) => {
  const names = /^(\||pullcred|`[^`]+`|\s|-)*$|^# pullcred$|^\[English\]/;
  const prose = read("README.zh-CN.md").replace(BLOCK, "");
  const parts = prose.split("\n").filter((line) => line !== "" && !names.test(line));
  t.ok(parts.length > 40);
  for (const part of parts) t.match(part, /\p{Script=Han}/u, part);
});
