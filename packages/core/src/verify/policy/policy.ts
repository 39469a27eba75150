import { type Finding, type FindingCounts, type Level, type RuleId } from "../finding.ts";
import { countLevels, worstFirst } from "../order.ts";

/** What one house asks of the rules: how loud each is, and what is let pass. */
export interface Policy {
  readonly levels: { readonly [rule in RuleId]?: Level | "off" };
  readonly allow: readonly Allowance[];
}

/** Lets findings pass that match everything it names; `*` stands for any text. */
export interface Allowance {
  readonly rule?: RuleId;
  readonly service?: string;
  readonly scope?: string;
  readonly name?: string;
  /** Why, for those who read the file. */
  readonly reason?: string;
}

export const strictPolicy: Policy = Object.freeze({ levels: {}, allow: [] });

export interface Judgement {
  /** What is left to answer for, worst first. */
  readonly findings: readonly Finding[];
  readonly counts: FindingCounts;
  /** What the baseline knew already. */
  readonly known: readonly Finding[];
  /** How many findings the policy let pass. */
  readonly allowed: number;
}

/** Holds findings against a policy and against the debt of old. */
export function judge(
  found: readonly Finding[],
  policy: Policy = strictPolicy,
  isKnown: (finding: Finding) => boolean = () => false,
): Judgement {
  const findings: Finding[] = [];
  const known: Finding[] = [];
  let allowed = 0;
  for (const each of found) {
    const level = policy.levels[each.rule] ?? each.level;
    if (level === "off" || policy.allow.some((allowance) => covers(allowance, each))) allowed++;
    else {
      const finding = level === each.level ? each : Object.freeze({ ...each, level });
      (isKnown(finding) ? known : findings).push(finding);
    }
  }
  findings.sort(worstFirst);
  return { findings, counts: countLevels(findings), known, allowed };
}

function covers({ name, rule, scope, service }: Allowance, finding: Finding): boolean {
  return (
    (rule === undefined || rule === finding.rule) &&
    matches(service, finding.service) &&
    matches(scope, finding.scope) &&
    matches(name, finding.name)
  );
}

/** Text with `*`, piece by piece: a pattern from a file must not become a regular expression that never ends. */
function matches(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}
