import type { SourceCode } from "eslint";
import type * as es from "estree";

import { isHandle, stepCallOf } from "../reading/handles.ts";
import { keyOf, methodOf, propertyOf, textOf, unwrapped } from "../reading/syntax.ts";
import { docs, type LintRule } from "./rule.ts";

const namingMethods: ReadonlySet<string> = new Set(["startSpan", "startActiveSpan", "updateName"]);
/** Steps that are called what their options say. */
const namedSteps: ReadonlySet<string> = new Set(["tool", "agent", "action", "hook", "sidecar"]);

export const noIdentityInSpanName: LintRule = {
  meta: {
    type: "problem",
    hasSuggestions: true,
    docs: docs("no-identity-in-span-name", {
      description: "A session id or an e-mail address is part of a span's name.",
      why: "Names are what backends group by: one name a session is no group at all, and indexes of names grow without bound. An address is personal data in a place that nothing redacts.",
      fix: "Take it out of the name. The session id is on every span as an attribute already.",
    }),
    messages: {
      identity:
        "The {{what}} makes this span's name one of a kind. Names are for groups; take it out.",
      remove: "Name it {{rest}}",
    },
    schema: [],
  },
  create(context) {
    const code = context.sourceCode;
    return {
      CallExpression(call: es.CallExpression) {
        const name = nameGiven(call, code);
        const found = name && identityIn(name, code);
        if (name === undefined || found === undefined) return;
        const { what, without } = found;
        const rest = JSON.stringify(without);
        context.report({
          node: name,
          messageId: "identity",
          data: { what },
          suggest:
            without === ""
              ? []
              : [
                  {
                    messageId: "remove",
                    data: { rest },
                    fix: (fixer) => fixer.replaceText(name, rest),
                  },
                ],
        });
      },
    };
  },
};

function nameGiven(call: es.CallExpression, code: SourceCode): es.Node | undefined {
  const method = methodOf(call);
  const [first] = call.arguments;
  if (method !== undefined && namingMethods.has(method)) return first && unwrapped(first);
  const step = stepCallOf(call, code);
  if (step === undefined || !namedSteps.has(step.kind)) return undefined;
  const name = propertyOf(step.options, "name");
  return name && unwrapped(name);
}

interface Found {
  readonly what: string;
  /** The name as it would be without; empty where nothing sensible is left. */
  readonly without: string;
}

function identityIn(name: es.Node, code: SourceCode): Found | undefined {
  const pieces = piecesOf(name);
  for (const piece of pieces) {
    const what = identityOf(piece, code);
    if (what === undefined) continue;
    const texts = pieces.filter((each) => typeof each === "string");
    const alone = typeof piece !== "string" && pieces.length - texts.length === 1;
    const rest = texts.join("").replace(/[\s:/#|([_.-]+$/, "");
    return { what, without: alone ? rest.trim() : "" };
  }
  return undefined;
}

/** A template or a sum, piece by piece. */
function piecesOf(name: es.Node): readonly (string | es.Node)[] {
  const text = textOf(name);
  if (text !== undefined) return [text];
  if (name.type === "BinaryExpression" && name.operator === "+")
    return [...piecesOf(unwrapped(name.left)), ...piecesOf(unwrapped(name.right))];
  if (name.type !== "TemplateLiteral") return [name];
  return name.quasis.flatMap(({ value }, i) => {
    const expression = name.expressions[i];
    const text = value.cooked ?? "";
    return expression === undefined ? [text] : [text, unwrapped(expression)];
  });
}

const sessionIdName = /(?:^|_)session_?id$/;
const addressName = /(?:^|_)e_?mail(?:_?address)?$/;
/** Repositories are called git@host, too. */
const address = /(?<![\w.+-])(?!git@)[\w.+-]+@[\w-]+\.[a-z]{2,}/i;

function identityOf(piece: string | es.Node, code: SourceCode): string | undefined {
  if (typeof piece === "string") return address.test(piece) ? "e-mail address" : undefined;
  // userEmail, USER_EMAIL and user_email are the same words.
  const words = nameOf(piece, code)
    .replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, "_")
    .toLowerCase();
  if (sessionIdName.test(words)) return "session id";
  return addressName.test(words) ? "e-mail address" : undefined;
}

function nameOf(value: es.Node, code: SourceCode): string {
  if (value.type === "Identifier") return value.name;
  if (value.type !== "MemberExpression") return "";
  const key = keyOf(value);
  if (key !== "id") return key;
  const owner = unwrapped(value.object);
  const named = owner.type === "Identifier" && /session$/i.test(owner.name);
  return named || isSession(owner, code) ? "sessionId" : key;
}

/** A turn has an id too, and that is nobody's identity. */
function isSession(owner: es.Node, code: SourceCode): boolean {
  return isHandle(owner, code) && owner.type === "Identifier" && owner.name === "s";
}
