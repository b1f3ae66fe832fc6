import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./cli.ts";

/** A place in the sources that writes a log line. */
export type LogCall = {
  readonly file: string;
  readonly message: string;
  /** Undefined where it is decided at run time. */
  readonly level: string | undefined;
  /** The names of the fields that are written there; those that are spread in are not seen. */
  readonly fields: readonly string[];
};

const CALL = /\blog(?:\.(trace|debug|info|warn|error|fatal)|\[[^\]]*\])\(/g;
/** Messages that are passed on before they are logged. */
const PASSED_ON = /changes\.accept\(\w+, "([^"]+)"\)/g;

/** All log calls below src, found by their text. */
export function findLogCalls(): readonly LogCall[] {
  return globSync("src/**/*.ts", { cwd: ROOT }).flatMap((file) => {
    const source = readFileSync(join(ROOT, file), "utf8");
    const calls = [...source.matchAll(CALL)].flatMap((match): LogCall[] => {
      const call = readArguments(source, match.index + match[0].length);
      const [, message] = /"([^"]+)",?\s*$/.exec(call) ?? [];
      return message === undefined ? [] : [{ file, message, level: match[1], fields: fieldsOf(call) }];
    });
    const passedOn = [...source.matchAll(PASSED_ON)].map(([, message = ""]): LogCall => {
      return { file, message, level: "info", fields: [] };
    });
    return [...calls, ...passedOn];
  });
}

/** The text up to the bracket that closes the one before `start`. */
function readArguments(source: string, start: number): string {
  let depth = 1;
  let end = start;
  for (; depth > 0; end++) {
    if (/[([{]/.test(source[end] ?? "")) depth++;
    if (/[)\]}]/.test(source[end] ?? ")")) depth--;
  }
  return source.slice(start, end - 1);
}

/** The keys of the object literal at the beginning, on its first level. */
function fieldsOf(call: string): readonly string[] {
  const object = call.trim();
  if (!object.startsWith("{")) return [];
  let inside = readArguments(object, 1);
  // What is nested is taken away, from the innermost on.
  for (let before = ""; before !== inside; ) {
    before = inside;
    inside = inside.replace(/\([^()[\]{}]*\)|\[[^()[\]{}]*\]|\{[^()[\]{}]*\}/g, "");
  }
  return inside.split(",").flatMap((part) => /^\s*(\w+)\s*(?::|$)/.exec(part)?.[1] ?? []);
}
