import type { SourceCode } from "eslint";
import type * as es from "estree";

import { variableOf } from "./origin.ts";
import { methodOf, unwrapped } from "./syntax.ts";

const methods: ReadonlySet<string> = new Set([
  "map",
  "flatMap",
  "forEach",
  "filter",
  "reduce",
  "some",
  "every",
  "find",
  "then",
  "catch",
  "finally",
]);
const globals: ReadonlySet<string> = new Set([
  "Promise",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
]);

/** Whether a call runs its callback where it is made itself, or later in the same context. */
export function passesOn(call: es.CallExpression | es.NewExpression, code: SourceCode): boolean {
  const callee = unwrapped(call.callee);
  if (callee.type !== "Identifier") return methods.has(methodOf(call) ?? "");
  return globals.has(callee.name) && (variableOf(callee, code)?.defs ?? []).length === 0;
}
