import { attr } from "@throughline/core";
import type { Field } from "../tree.ts";
import { intrinsics } from "../vocabulary.ts";

/** What a store of sessions keeps beside the records, in columns of its own. */
export type Column =
  | "session"
  | "service"
  | "name"
  | "kind"
  | "status"
  | "duration"
  | "start"
  | "traceId"
  | "spanId"
  | "parentId"
  | "operation"
  | "model"
  | "tool"
  | "agent"
  | "provider"
  | "step"
  | "input"
  | "output";

const INTRINSIC_COLUMNS: ReadonlyMap<string, Column> = new Map([
  ["name", "name"],
  ["kind", "kind"],
  ["status", "status"],
  ["duration", "duration"],
  ["traceId", "traceId"],
  ["spanId", "spanId"],
  ["parentId", "parentId"],
  ["nestedSetParent", "parentId"],
]);

const ATTRIBUTE_COLUMNS: ReadonlyMap<string, Column> = new Map([
  [attr.sessionId, "session"],
  ["gen_ai.operation.name", "operation"],
  ["gen_ai.request.model", "model"],
  ["gen_ai.response.model", "model"],
  ["gen_ai.tool.name", "tool"],
  ["gen_ai.agent.name", "agent"],
  ["gen_ai.provider.name", "provider"],
  ["throughline.step", "step"],
  ["gen_ai.usage.input_tokens", "input"],
  ["gen_ai.usage.output_tokens", "output"],
]);

/**
 * The column that a field feeds. A column may be fed by several attributes (a model by the one asked for and the one that
 * answered), so a store has to know whether a row whose column differs can still hold the value; if so it passes the row.
 */
export function columnOf(field: Field): Column | undefined {
  if (field.kind === "intrinsic") {
    const meaning = intrinsics.get(field.name)?.field;
    return meaning === undefined ? undefined : INTRINSIC_COLUMNS.get(meaning);
  }
  const { name, scope } = field;
  if (name === "service.name")
    return scope === "resource" || scope === "any" ? "service" : undefined;
  if (scope === "resource") return name === attr.sessionId ? "session" : undefined;
  return scope === "span" || scope === "any" ? ATTRIBUTE_COLUMNS.get(name) : undefined;
}
