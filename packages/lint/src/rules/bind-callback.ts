import type { SourceCode } from "eslint";
import type * as es from "estree";

import { freeFunction } from "../reading/handles.ts";
import { handleAt, leavingCallback } from "../reading/leaving.ts";
import { modelApis, modelCallOf } from "../reading/model-apis.ts";
import { originOf } from "../reading/origin.ts";
import { docs, type LintRule } from "./rule.ts";

export const bindCallback: LintRule = {
  meta: {
    type: "problem",
    fixable: "code",
    docs: docs("bind-callback", {
      description:
        "A listener made in a session works on the ambient session, but runs in that of whoever fires.",
      why: "An emitter calls its listeners in the context of the one who emits. What the listener tells goes to that one's session, or to none (C01, C04).",
      fix: "`emitter.on(name, s.bind(listener))`, or use the handle in it: `s.log.info(...)`, `turn.tool(...)`.",
    }),
    messages: {
      leaves:
        "This listener runs in the session of whoever fires, so {{what}} is that one's or nobody's. Bind it to its own: {{handle}}.bind(...).",
    },
    schema: [],
  },
  create(context) {
    const code = context.sourceCode;
    const reported = new Set<es.Node>();
    return {
      CallExpression(node: es.CallExpression) {
        const what = ambientWork(node, code);
        const leaving = what === undefined ? undefined : leavingCallback(node, code);
        if (what === undefined || leaving === undefined || reported.has(leaving.callback)) return;
        const { callback } = leaving;
        reported.add(callback);
        const handle = handleAt(leaving, code);
        context.report({
          node: callback,
          messageId: "leaves",
          data: { what, handle: handle ?? "session" },
          fix:
            handle === undefined
              ? null
              : (fixer) => [
                  fixer.insertTextBefore(callback, `${handle}.bind(`),
                  fixer.insertTextAfter(callback, ")"),
                ],
        });
      },
    };
  },
};

const ambient: ReadonlySet<string> = new Set([
  "action",
  "agent",
  "currentSession",
  "currentTurn",
  "hook",
  "llm",
  "sidecar",
  "tool",
  "turn",
]);

/** What a call does with whatever session is ambient, as the source says it. */
function ambientWork(call: es.CallExpression, code: SourceCode): string | undefined {
  const free = freeFunction(call.callee, code);
  if (free !== undefined)
    return ambient.has(free)
      ? `what ${free}() ${free.startsWith("current") ? "gives" : "begins"}`
      : undefined;
  const origin = originOf(call.callee, code);
  if (origin?.module === "@throughline/sdk" && origin.path[0] === "log") return "its log records";
  return modelCallOf(call, code, modelApis) === undefined ? undefined : "its model call";
}
