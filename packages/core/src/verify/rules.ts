import type { Rule } from "./rule.ts";
import { c01 } from "./rules/c01-session-on-every-record.ts";
import { c02 } from "./rules/c02-session-is-no-dimension.ts";
import { c03 } from "./rules/c03-logs-name-their-span.ts";
import { c04 } from "./rules/c04-child-has-its-parents-session.ts";
import { c05 } from "./rules/c05-parents-exist.ts";
import { c06 } from "./rules/c06-turns-hang-on-the-root.ts";
import { c07 } from "./rules/c07-traces-are-linked.ts";
import { c08 } from "./rules/c08-model-calls-say-what-they-are.ts";
import { c09 } from "./rules/c09-tools-say-which-call.ts";
import { c10 } from "./rules/c10-status-tells-the-truth.ts";
import { c11 } from "./rules/c11-what-starts-ends.ts";
import { c12 } from "./rules/c12-background-work-belongs.ts";
import { c13 } from "./rules/c13-delegations-close.ts";
import { c14 } from "./rules/c14-content-stays-inside.ts";
import { c15 } from "./rules/c15-derived-traces-are-private.ts";
import { c16 } from "./rules/c16-usage-counts-once.ts";
import { c17 } from "./rules/c17-clocks-run-forward.ts";
import { c18 } from "./rules/c18-names-are-current.ts";
import { c19 } from "./rules/c19-traces-stay-small.ts";
import { c20 } from "./rules/c20-servers-take-the-session-up.ts";

/** All rules of the contract, in its order. */
export const rules: readonly Rule[] = [
  c01,
  c02,
  c03,
  c04,
  c05,
  c06,
  c07,
  c08,
  c09,
  c10,
  c11,
  c12,
  c13,
  c14,
  c15,
  c16,
  c17,
  c18,
  c19,
  c20,
];

/**
 * The rules that judge where a record stands, in the order in which they are believed: a record without id is C01's (a
 * server's C20's) whatever else is odd about it, one unlike its parent C04's, and so on.
 */
export const placeRules: readonly Rule[] = [c20, c01, c04, c15, c05, c06, c12];

/** What the rules say and how loud they usually are, for reports and documentation. */
export const ruleBook: readonly Pick<Rule, "id" | "title" | "meaning" | "fix" | "level">[] =
  rules.map(({ fix, id, level, meaning, title }) => ({ id, title, meaning, fix, level }));
