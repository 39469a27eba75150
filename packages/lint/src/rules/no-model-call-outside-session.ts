import type * as es from "estree";

import { modelApis, modelCallOf, type ModelApis } from "../reading/model-apis.ts";
import { entries, runsOutside, type Entries } from "../reading/outside.ts";
import { docs, type LintRule } from "./rule.ts";

interface Options {
  readonly calls?: ModelApis;
  readonly entries?: Entries;
}

const byModule = {
  type: "object",
  additionalProperties: { type: "array", items: { type: "string" } },
} as const;

export const noModelCallOutsideSession: LintRule = {
  meta: {
    type: "problem",
    docs: docs("no-model-call-outside-session", {
      description: "A model is called where no session can be.",
      why: "The call's span and logs carry no session, so nothing shows whose work and whose money it was (C01, C12).",
      fix: "Open one around it: `session({ agent }, (s) => s.turn(() => ...))`, or run it in one you hold: `s.run(fn)`.",
    }),
    messages: {
      outside:
        "This call of {{api}} runs outside any session, so nothing shows whose it is. Call it inside session() and a turn of it.",
    },
    schema: [
      {
        type: "object",
        properties: { calls: byModule, entries: byModule },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{}],
  },
  create(context) {
    const options: Options = context.options[0] ?? {};
    const apis = merged(modelApis, options.calls);
    const known = merged(entries, options.entries);
    return {
      CallExpression(node: es.CallExpression) {
        const api = modelCallOf(node, context.sourceCode, apis);
        if (api === undefined || !runsOutside(node, context.sourceCode, known)) return;
        context.report({ node, messageId: "outside", data: { api } });
      },
    };
  },
};

type ByModule = { readonly [module: string]: readonly string[] };

function merged(ours: ByModule, theirs: ByModule = {}): ByModule {
  const all: { [module: string]: readonly string[] } = { ...ours };
  for (const [module, names] of Object.entries(theirs))
    all[module] = [...(ours[module] ?? []), ...names];
  return all;
}
