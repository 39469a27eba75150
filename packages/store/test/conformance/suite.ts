import { afterAll, beforeAll, describe, test } from "vitest";
import { agentCases } from "./cases/agents.ts";
import { findingCases } from "./cases/findings.ts";
import { liveCases } from "./cases/live.ts";
import { otlpCases } from "./cases/otlp.ts";
import { recordCases } from "./cases/records.ts";
import { searchCases } from "./cases/search.ts";
import { sessionCases } from "./cases/sessions.ts";
import { trafficCases } from "./cases/traffic.ts";
import type { Case, TestHome } from "./home.ts";

const groups: readonly (readonly [name: string, cases: readonly Case[]])[] = [
  ["sessions", sessionCases],
  ["records", recordCases],
  ["search", searchCases],
  ["OTLP", otlpCases],
  ["findings", findingCases],
  ["live", liveCases],
  ["recorded agents", agentCases],
  ["any traffic", trafficCases],
];

/** Why a home does not keep a promise, by the title of the case. */
export type Reasons = Readonly<Record<string, string>>;

export interface Exceptions {
  /** These cases must fail: an exception that is none any more is found out. */
  readonly never?: Reasons;
  /** These may pass now and then, or take too long to be tried. */
  readonly notAlways?: Reasons;
}

/** Everything that a SessionReader promises, against a real home. */
export function describeHome(
  name: string,
  openHome: () => Promise<TestHome>,
  { never = {}, notAlways = {} }: Exceptions = {},
): void {
  const titles = new Set(groups.flatMap(([, cases]) => cases.map(({ title }) => title)));
  const stale = Object.keys({ ...never, ...notAlways }).filter((title) => !titles.has(title));
  if (stale.length > 0) throw new Error(`no such case: ${stale.join("; ")}`);

  describe(name, () => {
    let home: TestHome;
    beforeAll(async () => {
      home = await openHome();
    });
    afterAll(() => home.close());
    for (const [group, cases] of groups)
      describe(group, () => {
        for (const { run, title } of cases) {
          const told = `${title} (not here: ${never[title] ?? notAlways[title]})`;
          if (Object.hasOwn(never, title)) test.fails(told, () => run(home));
          else if (Object.hasOwn(notAlways, title)) test.skip(told, () => run(home));
          else test(title, () => run(home));
        }
      });
  });
}
