import type { Rule, SourceCode } from "eslint";
import type * as es from "estree";
import { ameideProfile, attr, defaultProfile, readNames } from "@throughline/core";

import { dimensionsOf, membersOf } from "../reading/dimensions.ts";
import { originOf } from "../reading/origin.ts";
import { keyOf, textOf, unwrapped } from "../reading/syntax.ts";
import { docs, type LintRule } from "./rule.ts";

export const noSessionIdAsDimension: LintRule = {
  meta: {
    type: "problem",
    hasSuggestions: true,
    docs: docs("no-session-id-as-dimension", {
      description: "A session id is put on a resource, a metric or a Loki stream.",
      why: "Each value of a metric's attribute is a series of its own, each value of a label a stream: a new one for every session ends the backend. A resource is the process's, which has many sessions (C02).",
      fix: "Remove it. Spans and log records carry the session by themselves; in Loki it is structured metadata.",
    }),
    messages: {
      dimension: "A session id is no dimension of a {{of}}: there is a new one for every session.",
      environment:
        "OTEL_RESOURCE_ATTRIBUTES are of a process, which has many sessions; hand the session over with carry.env().",
      remove: "Remove it",
    },
    schema: [],
  },
  create(context) {
    const code = context.sourceCode;
    const reported = new Set<es.Node>();
    function check(node: es.CallExpression | es.NewExpression | es.ObjectExpression): void {
      const dimensions = dimensionsOf(node, code);
      if (dimensions === undefined) return;
      const { of } = dimensions;
      for (const member of membersOf(dimensions.keys, code)) {
        if (reported.has(member) || !isSessionId(member, code)) continue;
        reported.add(member);
        const fix = (fixer: Rule.RuleFixer): Rule.Fix => fixer.removeRange(extent(member, code));
        const suggest = [{ messageId: "remove", fix }];
        context.report({ node: member, messageId: "dimension", data: { of }, suggest });
      }
    }
    function checkEnvironment(name: string, value: es.Node | null): void {
      if (value === null || name !== "OTEL_RESOURCE_ATTRIBUTES") return;
      if (/(?:^|,)\s*session\.id=/.test(spelled(value)))
        context.report({ node: value, messageId: "environment" });
    }
    return {
      CallExpression: check,
      NewExpression: check,
      ObjectExpression: check,
      Property(node: es.Property) {
        checkEnvironment(keyOf(node), node.value);
      },
      AssignmentExpression({ left, right }: es.AssignmentExpression) {
        if (left.type === "MemberExpression") checkEnvironment(keyOf(left), right);
      },
    };
  },
};

const names: ReadonlySet<string> = new Set(
  [defaultProfile, ameideProfile].flatMap((profile) =>
    (["span", "log"] as const).flatMap((place) => readNames(profile, place, attr.sessionId)),
  ),
);

function isSessionId(member: es.Node, code: SourceCode): boolean {
  const text = member.type === "Property" ? keyOf(member) : textOf(member);
  if (text !== undefined && text !== "")
    return names.has(text) || /(?:^|[._])session_?id$|[a-z]SessionId$/i.test(text);
  const key = member.type === "Property" ? member.key : member;
  const name = originOf(key, code)?.path.at(-1) ?? "";
  return /^(?:ATTR_|SEMATTRS_)SESSION_ID$|^sessionId$/.test(name);
}

/** With the comma that would be left over. */
function extent(member: es.Node, code: SourceCode): [number, number] {
  const [start, end] = code.getRange(member);
  const after = code.getTokenAfter(member);
  if (after?.value === ",") return [start, after.range[1]];
  const before = code.getTokenBefore(member);
  return [before?.value === "," ? before.range[0] : start, end];
}

/** A text as far as it is written down. */
function spelled(node: es.Node): string {
  const at = unwrapped(node);
  if (at.type === "TemplateLiteral")
    return at.quasis.map(({ value }) => value.cooked ?? "").join("${}");
  if (at.type === "BinaryExpression" && at.operator === "+")
    return spelled(at.left) + spelled(at.right);
  return textOf(at) ?? "";
}
