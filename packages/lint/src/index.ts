import type { ESLint, Linter } from "eslint";

import { bindCallback } from "./rules/bind-callback.ts";
import { noDroppedStep } from "./rules/no-dropped-step.ts";
import { noIdentityInSpanName } from "./rules/no-identity-in-span-name.ts";
import { noModelCallOutsideSession } from "./rules/no-model-call-outside-session.ts";
import { noOrphanSpan } from "./rules/no-orphan-span.ts";
import { noSessionIdAsDimension } from "./rules/no-session-id-as-dimension.ts";
import type { LintRule } from "./rules/rule.ts";

export const rules: { readonly [name: string]: LintRule } = {
  "bind-callback": bindCallback,
  "no-dropped-step": noDroppedStep,
  "no-identity-in-span-name": noIdentityInSpanName,
  "no-model-call-outside-session": noModelCallOutsideSession,
  "no-orphan-span": noOrphanSpan,
  "no-session-id-as-dimension": noSessionIdAsDimension,
};

/** All rules, as a configuration of either linter takes them. */
export const recommended: { readonly [rule: string]: "error" } = Object.fromEntries(
  Object.keys(rules).map((name) => [`throughline/${name}`, "error" as const]),
);

interface Plugin extends ESLint.Plugin {
  readonly configs: { readonly recommended: Linter.Config };
}

const plugin: Plugin = {
  meta: { name: "throughline", namespace: "throughline" },
  rules: { ...rules },
  configs: {
    recommended: {
      name: "throughline/recommended",
      plugins: {
        get throughline(): ESLint.Plugin {
          return plugin;
        },
      },
      rules: { ...recommended },
    },
  },
};

export default plugin;
export type { Docs, LintRule } from "./rules/rule.ts";
