import type { Dialect, FieldName } from "./dialect.ts";
import { genAi } from "./gen-ai.ts";
import { dialects } from "./registry.ts";
import { lateSessionKeys, sessionKeys } from "./session-key.ts";

const all: readonly Dialect[] = [...dialects, genAi];

const keysOfFields = (...names: readonly FieldName[]): string[] =>
  all.flatMap(({ fields }) => names.flatMap((name) => fields?.[name] ?? []));

/**
 * Every attribute key of a span or log record that sessionKeyOf, readStep and readLog may look at (stepWithin needs none), by
 * what it is for. A store that keeps just these, the scope's and the record's name, and `service.name` and `session.id` of
 * the resource, reads the same as from whole records; a test holds the readers to it. Content is not among them.
 */
export const promotedGroups: Readonly<Record<string, readonly string[]>> = {
  session: unique([
    ...sessionKeys,
    ...all.flatMap(({ session }) => session?.keys ?? []),
    ...lateSessionKeys,
  ]),
  kind: unique([
    "event.name",
    "gen_ai.operation.name",
    "mcp.method.name",
    ...all.flatMap(({ kinds, recognise }) => [
      ...(recognise.marks ?? []),
      ...(kinds ?? []).map(({ key }) => key),
    ]),
  ]),
  place: unique(
    keysOfFields("turn", "turnIndex", "conversation", "agent", "agentRun", "parentRun", "name"),
  ),
  call: unique(
    keysOfFields(
      "model",
      "provider",
      "operation",
      "tool",
      "callId",
      "responseId",
      "requestId",
      "attempt",
      "durationMs",
    ),
  ),
  spending: unique(
    keysOfFields(
      "input",
      "output",
      "cacheRead",
      "cacheWrite",
      "reasoning",
      "cost",
      "currency",
      "costSource",
    ),
  ),
  outcome: unique(keysOfFields("outcome", "decision", "success", "errorType", "errorMessage")),
  other: unique(all.flatMap(({ keys }) => keys ?? [])),
};

export const promotedKeys: readonly string[] = unique(Object.values(promotedGroups).flat());

/**
 * The part of them that says whose a record is, what it stands for, and what it used: without the ids of turns, calls and responses,
 * each of which is a string that never comes again.
 */
export const rowKeys: readonly string[] = unique([
  ...(promotedGroups["session"] ?? []),
  "gen_ai.conversation.id",
  ...(promotedGroups["kind"] ?? []),
  ...(promotedGroups["spending"] ?? []),
  ...(promotedGroups["other"] ?? []),
  ...keysOfFields("agent", "name", "parentRun", "model", "provider", "operation", "tool"),
  ...keysOfFields("durationMs", "outcome", "success", "errorType"),
]);

/** Of a span with none of these, `readOutcome` says what the status says: of most spans nobody has to look at more. */
export const outcomeKeys: readonly string[] = unique([
  ...keysOfFields("outcome", "success", "errorType"),
  ...all.flatMap(({ keys }) => keys ?? []),
]);

function unique(keys: readonly string[]): readonly string[] {
  return [...new Set(keys)];
}
