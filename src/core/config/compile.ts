import { createImageMatcher, type ImageMatcher } from "../match/image-matcher.ts";
import { type MatchPattern, parseMatchPattern } from "../match/match-pattern.ts";
import { compilePatternIndex, type PatternIndex } from "../match/pattern-index.ts";
import { compileNamespaceRule, type NamespaceRule } from "../policy/namespace-rule.ts";
import type { Config, CredentialsConfig, NamespacesConfig, RegistryConfig } from "./schema.ts";

/** One entry of `registries`, ready to be asked. */
export type Mapping = {
  readonly name: string;
  readonly secretName: string;
  readonly patterns: readonly MatchPattern[];
  /** The patterns as they are written. */
  readonly matchImages: readonly string[];
  readonly inject: "matching" | "always";
  readonly namespaces: NamespaceRule;
  readonly credentials: CredentialsConfig;
};

/** A config in force: nothing of it is parsed again per request. */
export type CompiledConfig = {
  readonly provisioning: "onDemand" | "eager";
  readonly mappings: readonly Mapping[];
  readonly index: PatternIndex;
  readonly matchImage: ImageMatcher;
  /** The indexes of the mappings with `inject: always`. */
  readonly always: readonly number[];
};

/** Compiles a config that `parseConfig` accepted. */
export function compileConfig(config: Config): CompiledConfig {
  const ruleOf = createRuleCompiler();
  const mappings = config.registries.map((registry) => compileMapping(registry, ruleOf(registry.namespaces)));
  const index = compilePatternIndex(mappings.map(({ patterns }) => patterns));
  return Object.freeze({
    provisioning: config.provisioning,
    mappings: Object.freeze(mappings),
    index,
    matchImage: createImageMatcher(index),
    always: Object.freeze(mappings.flatMap(({ inject }, index) => (inject === "always" ? [index] : []))),
  });
}

/** Mappings mostly share their namespace rules, and what such a rule remembers of the namespaces that it met. */
function createRuleCompiler(): (namespaces: NamespacesConfig) => NamespaceRule {
  const rules = new Map<string, NamespaceRule>();
  return (namespaces) => {
    const text = JSON.stringify(namespaces);
    const rule = rules.get(text) ?? compileNamespaceRule(namespaces);
    rules.set(text, rule);
    return rule;
  };
}

function compileMapping(registry: RegistryConfig, namespaces: NamespaceRule): Mapping {
  const { name, secretName, matchImages, inject, credentials } = registry;
  return Object.freeze({
    name,
    secretName,
    patterns: Object.freeze(matchImages.map(compilePattern)),
    matchImages: Object.freeze([...matchImages]),
    inject,
    namespaces,
    credentials: Object.freeze({ ...credentials }),
  });
}

function compilePattern(text: string): MatchPattern {
  const parsed = parseMatchPattern(text);
  // parseConfig refuses what does not parse, so this is a mistake of the caller.
  if (!parsed.ok) throw new TypeError(`could not compile the config: ${parsed.error}`);
  return parsed.pattern;
}
