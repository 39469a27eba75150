import type { SourceCode } from "eslint";
import type * as es from "estree";

import { runsInSession } from "./handles.ts";
import { variableNamed, variableOf } from "./origin.ts";
import { passesOn } from "./passing-on.ts";
import {
  functionAround,
  isCall,
  isCallback,
  methodOf,
  parentOf,
  unwrapped,
  type Callback,
  type FunctionNode,
} from "./syntax.ts";

/** What takes a callback that then runs for whoever fires, not for whoever listens. */
const listening: ReadonlySet<string> = new Set([
  "on",
  "once",
  "addListener",
  "prependListener",
  "prependOnceListener",
  "addEventListener",
  "subscribe",
  "consume",
]);

/** Where somebody is at home: the callback of a session or step, or whatever else a rule takes for one. */
export type IsHome = (fn: FunctionNode, code: SourceCode) => boolean;

export interface Leaving {
  /** Runs elsewhere. */
  readonly callback: Callback;
  /** Where it was made, and belongs. */
  readonly home: FunctionNode;
}

/**
 * The callback that code stands in, if that leaves its home: a listener, made in a session, at an emitter that was there before
 * the session was. Timers and promises take the session along, and so do emitters that were made in it.
 */
export function leavingCallback(
  node: es.Node,
  code: SourceCode,
  isHome: IsHome = runsInSession,
): Leaving | undefined {
  let callback: Callback | undefined;
  let emitter: es.Node | undefined;
  for (let fn = functionAround(node); fn !== undefined; fn = functionAround(fn)) {
    if (isHome(fn, code)) {
      return callback !== undefined && emitter !== undefined && isFrom(emitter, fn, code)
        ? { callback, home: fn }
        : undefined;
    }
    const call = isCallback(fn) ? parentOf(fn) : undefined;
    if (!isCallback(fn) || !isCall(call)) return undefined;
    if (callback === undefined && listening.has(methodOf(call) ?? "")) {
      callback = fn;
      emitter = unwrapped(call.callee);
    } else if (call.callee !== fn && !passesOn(call, code)) return undefined;
  }
  return undefined;
}

/** Whether what is listened to was there before the home was entered. */
function isFrom(listener: es.Node, home: FunctionNode, code: SourceCode): boolean {
  let root = listener;
  while (root.type === "MemberExpression") root = unwrapped(root.object);
  if (root.type !== "Identifier") return false;
  const variable = variableOf(root, code);
  if (variable === undefined || variable.defs.length === 0) return root.name === "process";
  const [definition] = variable.defs;
  if (definition === undefined || isWithin(definition.name, home)) return false;
  return !variable.references.some(
    (reference) => reference.isWrite() && isWithin(reference.identifier, home),
  );
}

function isWithin(node: object, home: es.Node): boolean {
  let at: object | undefined = node;
  while (at !== undefined && at !== home) at = parentOf(at);
  return at === home;
}

/** The name under which a callback finds the handle of its home, if it does. */
export function handleAt({ callback, home }: Leaving, code: SourceCode): string | undefined {
  const [handle] = home.params;
  if (!runsInSession(home, code) || handle?.type !== "Identifier") return undefined;
  const [definition] = variableNamed(handle.name, callback.body, code)?.defs ?? [];
  return definition?.name === handle ? handle.name : undefined;
}
