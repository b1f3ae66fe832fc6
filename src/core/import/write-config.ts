import { stringify } from "yaml";
import type { ImportStep } from "./found.ts";
import type { Imported, ImportedMapping } from "./import-config.ts";

const WIDTH = 110;
const LIST = "registries:\n";
/** Of the places that a mapping comes from, so many are told. */
const MOST_PLACES = 10;

/** The configuration as YAML, with what people should know as comments. */
export function writeConfig({ config, mappings, notes }: Imported): string {
  const { registries, ...head } = config;
  const title = comment("", "Made by pullcred import. Check it with: pullcred lint --config FILE");
  const missing =
    notes.length === 0
      ? []
      : ["#", "# Not carried over:", ...notes.flatMap(({ path, message }) => item(`${path}: ${message}`))];
  const body =
    registries.length === 0 ? stringify({ registries }) : `${LIST}${mappings.map(write).join("\n")}`;
  return `${[...title, ...missing].join("\n")}\n${stringify(head)}${body}`;
}

function write({ entry, from, steps }: ImportedMapping): string {
  const places = from.slice(0, MOST_PLACES).flatMap((place) => comment("  ", `from ${place}`));
  if (from.length > MOST_PLACES) places.push(`  # and from ${from.length - MOST_PLACES} more`);
  const lines = [...places, ...steps.flatMap(describeStep)];
  const text = stringify({ registries: [entry] }, { lineWidth: 0 }).slice(LIST.length);
  return lines.length === 0 ? text : `${lines.join("\n")}\n${text}`;
}

function describeStep({ message, command }: ImportStep): readonly string[] {
  const lines = comment("  ", `to do: ${message}${command === undefined ? "" : ":"}`);
  return command === undefined ? lines : [...lines, `  #   ${printable(command)}`];
}

function item(text: string): readonly string[] {
  return wrap(text, WIDTH - 4).map((line, index) => `#${index === 0 ? " - " : "   "}${line}`);
}

function comment(indent: string, text: string): readonly string[] {
  return wrap(text, WIDTH - indent.length - 2).map((line) => `${indent}# ${line}`);
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of printable(text).split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Of the input's own words nothing may end the comment that it stands in, or reach a terminal as more than letters. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
