/** What a server that speaks chat completions can do. Data, because every one leaves out something else. */
export interface Capabilities {
  readonly tools: boolean;
  readonly parallelTools: boolean;
  /** It reports usage as the last chunk of a stream. */
  readonly usage: boolean;
  /** It keeps to a JSON Schema it is given. */
  readonly jsonSchema: boolean;
  readonly systemRole: "system" | "developer";
  readonly maxTokensField: "max_completion_tokens" | "max_tokens";
  /** How much it thinks before it speaks: on the line, as little as it can. Null: it knows no such field. */
  readonly reasoningEffort: string | null;
}

/**
 * From a list of words: `no-tools, no-parallel-tools, no-usage, no-json-schema, developer, max_tokens, reasoning=none`. What
 * is not named is as OpenAI's own server has it.
 */
export function capabilitiesOf(words: string): Capabilities {
  const said = new Set(words.split(",").map((word) => word.trim().toLowerCase()));
  const reasoning = [...said].find((word) => word.startsWith("reasoning="));
  return {
    tools: !said.has("no-tools"),
    parallelTools: !said.has("no-parallel-tools"),
    usage: !said.has("no-usage"),
    jsonSchema: !said.has("no-json-schema"),
    systemRole: said.has("developer") ? "developer" : "system",
    maxTokensField: said.has("max_tokens") ? "max_tokens" : "max_completion_tokens",
    reasoningEffort: reasoning?.slice("reasoning=".length) || null,
  };
}
