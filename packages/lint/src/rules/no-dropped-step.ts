import type { Rule, SourceCode } from "eslint";
import type * as es from "estree";

import { isDetached, stepCallOf, type StepCall } from "../reading/handles.ts";
import { functionNamed } from "../reading/origin.ts";
import {
  functionAround,
  isCall,
  isFunction,
  methodOf,
  parentOf,
  propertyOf,
} from "../reading/syntax.ts";
import { docs, type LintRule } from "./rule.ts";

export const noDroppedStep: LintRule = {
  meta: {
    type: "problem",
    hasSuggestions: true,
    docs: docs("no-dropped-step", {
      description:
        "The promise of a step is dropped: nobody waits for it and nobody hears of its failure.",
      why: "What encloses the step ends before it, its failure is an unhandled rejection, and at the process's end it is cut off (C11).",
      fix: "`await` or return it. Work that nobody shall wait for is a sidecar: `turn.sidecar({ name, detached: true }, fn)`. `void` says that it is meant.",
    }),
    messages: {
      dropped:
        "Nobody waits for this {{kind}}. Await it, return it, or make it a detached sidecar.",
      await: "Wait for it",
    },
    schema: [],
  },
  create(context) {
    const code = context.sourceCode;
    return {
      CallExpression(node: es.CallExpression & Rule.NodeParentExtension) {
        const step = stepCallOf(node, code);
        if (step === undefined || !givesPromise(step, code) || !isDropped(node)) return;
        const alone = statementOf(node) !== undefined && canAwait(node, code);
        context.report({
          node,
          messageId: "dropped",
          data: { kind: step.kind },
          suggest: alone
            ? [{ messageId: "await", fix: (fixer) => fixer.insertTextBefore(node, "await ") }]
            : [],
        });
      },
    };
  },
};

/** The statement that a call alone is. */
function statementOf(node: es.Node): es.Node | undefined {
  const parent = parentOf(node);
  const outer = parent?.type === "ChainExpression" ? parentOf(parent) : parent;
  return outer?.type === "ExpressionStatement" ? outer : undefined;
}

/** By the call's own statement, or by a forEach, which drops what its callback returns. */
function isDropped(node: es.Node): boolean {
  if (statementOf(node) !== undefined) return true;
  const fn = functionAround(node);
  const call = fn === undefined ? undefined : parentOf(fn);
  if (!isCall(call) || methodOf(call) !== "forEach" || call.arguments[0] !== fn) return false;
  return fn?.async === true || fn?.body === node;
}

function givesPromise({ kind, callback, options }: StepCall, code: SourceCode): boolean {
  if (kind === "sidecar" && isDetached(options)) return false;
  if (kind === "llm" && propertyOf(options, "retry") !== undefined) return true;
  return callback !== undefined && isAsync(callback, code);
}

function isAsync(callback: es.Node, code: SourceCode): boolean {
  const fn = isFunction(callback) ? callback : functionNamed(callback, code);
  return fn?.async === true && fn.generator !== true;
}

function canAwait(node: es.Node, code: SourceCode): boolean {
  const fn = functionAround(node);
  return fn === undefined ? code.ast.sourceType === "module" : fn.async === true;
}
