import type { SourceCode } from "eslint";
import type * as es from "estree";

import { runsInSession } from "../reading/handles.ts";
import { handleAt, leavingCallback, type Leaving } from "../reading/leaving.ts";
import { originOf, variableNamed } from "../reading/origin.ts";
import { passesOn } from "../reading/passing-on.ts";
import {
  functionAround,
  isCall,
  isCallback,
  methodOf,
  parentOf,
  type FunctionNode,
} from "../reading/syntax.ts";
import { docs, type LintRule } from "./rule.ts";

export const noOrphanSpan: LintRule = {
  meta: {
    type: "problem",
    hasSuggestions: true,
    docs: docs("no-orphan-span", {
      description: "A span is started inside a session or span, but without it as its context.",
      why: "`startSpan` takes its parent and session from the active context. In a listener that is the context of whoever fires; with ROOT_CONTEXT there is none: the span begins a trace of its own that belongs to nobody (C01, C04, C12).",
      fix: "Give it the context as its third argument, or bind the listener: `s.bind(listener)`, `context.bind(context.active(), listener)`. Work on the side is `turn.sidecar({ name, detached: true }, fn)`.",
    }),
    messages: {
      listener:
        "The listener runs in the context of whoever fires, so this span has not the parent and session that surround it. Pass the context, or bind the listener.",
      root: "ROOT_CONTEXT cuts this span off from the session it is started in. Pass the active context, or make it a detached sidecar.",
      bind: "Bind the listener with {{binder}}",
    },
    schema: [],
  },
  create(context) {
    const code = context.sourceCode;
    return {
      CallExpression(node: es.CallExpression) {
        const given = contextGiven(node);
        if (given === undefined) return;
        if (given !== null) {
          if (isRootContext(given, code) && isAtHome(node, code))
            context.report({ node, messageId: "root" });
          return;
        }
        const leaving = leavingCallback(node, code, isHome);
        if (leaving === undefined) return;
        const binder = binderAt(leaving, code);
        const { callback } = leaving;
        context.report({
          node,
          messageId: "listener",
          suggest:
            binder === undefined
              ? []
              : [
                  {
                    messageId: "bind",
                    data: { binder: `${binder}...)` },
                    fix: (fixer) => [
                      fixer.insertTextBefore(callback, binder),
                      fixer.insertTextAfter(callback, ")"),
                    ],
                  },
                ],
        });
      },
    };
  },
};

/** What a call that starts a span gives as its context: null for nothing, undefined where no span is started. */
function contextGiven(call: es.CallExpression): es.Node | null | undefined {
  const method = methodOf(call);
  // Other libraries have a startSpan that takes one object.
  if (call.arguments.length === 0 || call.arguments[0]?.type === "ObjectExpression")
    return undefined;
  if (method === "startSpan") return call.arguments[2] ?? null;
  if (method !== "startActiveSpan") return undefined;
  return (call.arguments.length >= 4 ? call.arguments[2] : null) ?? null;
}

function isHome(fn: FunctionNode, code: SourceCode): boolean {
  return runsInSession(fn, code) || hasActiveSpan(fn, code);
}

function hasActiveSpan(fn: FunctionNode, code: SourceCode): boolean {
  const call = parentOf(fn);
  if (!isCallback(fn) || !isCall(call) || call.callee === fn) return false;
  if (methodOf(call) === "startActiveSpan") return true;
  const origin = originOf(call.callee, code);
  return origin?.module === "@opentelemetry/api" && origin.path.join(".") === "context.with";
}

function isRootContext(node: es.Node, code: SourceCode): boolean {
  const origin = originOf(node, code);
  return origin?.module === "@opentelemetry/api" && origin.path.join(".") === "ROOT_CONTEXT";
}

/** In a session, with nothing between that would run elsewhere. */
function isAtHome(node: es.Node, code: SourceCode): boolean {
  for (let fn = functionAround(node); fn !== undefined; fn = functionAround(fn)) {
    if (runsInSession(fn, code)) return true;
    const call = isCallback(fn) ? parentOf(fn) : undefined;
    if (!isCall(call) || (call.callee !== fn && !passesOn(call, code))) return false;
  }
  return false;
}

function binderAt(leaving: Leaving, code: SourceCode): string | undefined {
  const handle = handleAt(leaving, code);
  if (handle !== undefined) return `${handle}.bind(`;
  const variable = variableNamed("context", leaving.callback.body, code);
  const [imported] = variable?.defs ?? [];
  const origin = imported?.type === "ImportBinding" ? originOf(imported.name, code) : undefined;
  const isApi = origin?.module === "@opentelemetry/api" && origin.path.join(".") === "context";
  return isApi ? "context.bind(context.active(), " : undefined;
}
