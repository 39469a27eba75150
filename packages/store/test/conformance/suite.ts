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
export type Exceptions = Readonly<Record<string, string>>;

/** Everything that a SessionReader promises, against a real home. */
export function describeHome(
  name: string,
  openHome: () => Promise<TestHome>,
  exceptions: Exceptions = {},
): void {
  const titles = new Set(groups.flatMap(([, cases]) => cases.map(({ title }) => title)));
  const stale = Object.keys(exceptions).filter((title) => !titles.has(title));
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
          const reason = exceptions[title];
          if (reason === undefined) test(title, () => run(home));
          else test.skip(`${title} (not here: ${reason})`, () => run(home));
        }
      });
  });
}
