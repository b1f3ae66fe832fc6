import type { ErrorCode } from "yaml";

/**
 * What the YAML parser's error codes mean to the author of a file. The parser's own messages speak of its internals
 * and sometimes quote the file, which might be a credential.
 */
export const YAML_ERRORS: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias ("*name") can have neither an anchor nor a tag',
  BAD_ALIAS: 'YAML reads a value that starts with "*" as an alias: put the text in quotes',
  BAD_COLLECTION_TYPE: "YAML tags are not supported: remove the tag",
  BAD_DIRECTIVE: 'a line that starts with "%" is a YAML directive, and this one is unknown: remove it',
  BAD_DQ_ESCAPE: 'unknown escape after "\\" in double quotes: use single quotes',
  BAD_INDENT: "wrong indentation: what belongs together must start in the same column",
  BAD_PROP_ORDER: "an anchor or a tag must stand right before its value",
  BAD_SCALAR_START: "text cannot start with this character: put it in quotes",
  BLOCK_AS_IMPLICIT_KEY:
    'a second ": " in one line: put text that contains it in quotes, or start the mapping on the next line',
  BLOCK_IN_FLOW: 'inside [ ] and { } nothing can be written with "- " or by indentation',
  DUPLICATE_KEY: "the same key stands twice in one mapping: remove one",
  IMPOSSIBLE: "could not be read as YAML",
  KEY_OVER_1024_CHARS: "the key is too long",
  MISSING_CHAR: 'something is missing here: each quote, [ and { must be closed, and each key followed by ":"',
  MULTILINE_IMPLICIT_KEY: "a key must stand on one line",
  MULTIPLE_ANCHORS: "a value can have only one anchor",
  MULTIPLE_DOCS: 'the file must hold one YAML document: remove the "---" and what follows',
  MULTIPLE_TAGS: "a value can have only one tag",
  NON_STRING_KEY: "a key must be text; if {{ }} is a placeholder, render the template first",
  RESOURCE_EXHAUSTION: "nested too deeply",
  TAB_AS_INDENT: "YAML cannot be indented with tabs: use spaces",
  TAG_RESOLVE_FAILED:
    'YAML reads what starts with "!" as a tag, which is not supported: put the text in quotes',
  UNEXPECTED_TOKEN:
    "not expected here: put text with special characters in quotes, and look for a missing line break",
};
