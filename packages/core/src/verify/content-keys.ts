import type { ContentFields } from "../dialects/dialect.ts";
import { genAi } from "../dialects/gen-ai.ts";
import { dialects } from "../dialects/registry.ts";
import { attr } from "../names.ts";

/** Whether an attribute holds what users, models or tools said, by any emitter's name for it. */
export function isContentKey(key: string): boolean {
  return (
    exact.has(key) ||
    numbered.some((family) => key.startsWith(family) && /^\d/.test(key.slice(family.length)))
  );
}

const tables: readonly ContentFields[] = [genAi, ...dialects].flatMap(({ content }) =>
  content === undefined ? [] : [content],
);

/** One word alone (`prompt`, `input`) is one emitter's habit and anybody's attribute: it proves nothing. */
const exact: ReadonlySet<string> = new Set(
  [
    attr.genAiToolDefinitions,
    "gen_ai.prompt",
    "gen_ai.completion",
    "gen_ai.retrieval.query.text",
    "gen_ai.retrieval.documents",
    ...tables.flatMap(({ input, output, system, toolArguments, toolResult }) =>
      [input, output, system, toolArguments, toolResult].flatMap((keys) => keys ?? []),
    ),
  ].filter((key) => key.includes(".")),
);

/** `gen_ai.prompt.0.content` and its like. */
const numbered: readonly string[] = [
  ...new Set(
    tables
      .flatMap(({ numberedInput, numberedOutput }) => [numberedInput ?? [], numberedOutput ?? []])
      .flat()
      .map((family) => (family.endsWith(".") ? family : `${family}.`)),
  ),
];
