import type { Dialect } from "./dialect.ts";
import { dialects } from "./registry.ts";
import { genAi } from "./gen-ai.ts";
import { sessionKeys } from "./session-key.ts";

/**
 * Every attribute key that sessionKeyOf, readStep and readLog may look at, so that a store keeps just these in its rows and
 * leaves the rest in the record's bytes. Content keys are not among them.
 */
export const promotedKeys: readonly string[] = [
  ...new Set([
    ...sessionKeys,
    "langfuse_session_id",
    "session_id",
    "gen_ai.conversation.id",
    "gen_ai.operation.name",
    "mcp.method.name",
    // The event's name, where OTLP's own field is not used.
    "event.name",
    ...[...dialects, genAi].flatMap(keysOf),
  ]),
];

function keysOf({ fields, keys, kinds, recognise, session }: Dialect): string[] {
  return [
    recognise.marks,
    session?.keys,
    keys,
    kinds?.map(({ key }) => key),
    ...Object.values(fields ?? {}),
  ].flatMap((group) => group ?? []);
}
