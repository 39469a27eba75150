import { configure } from "@throughline/sdk";
import * as fc from "fast-check";
import { afterEach, expect, test } from "vitest";

import { host, type HostOptions } from "../support/host.ts";
import { findings } from "../support/verdict.ts";
import { perform, programs } from "./program.ts";

let runs = 0;

async function keepsTheContract(options: HostOptions, but: readonly string[] = []): Promise<void> {
  await fc.assert(
    fc.asyncProperty(programs, async (program) => {
      const app = host(options);
      try {
        await perform(program, `run ${(runs += 1)}`);
        const unexpected = findings(app).filter(
          (said) => !but.some((word) => said.startsWith(word)),
        );
        expect(unexpected).toEqual([]);
      } finally {
        await app.stop();
      }
    }),
    { numRuns: 250 },
  );
}

afterEach(() => configure({ maxTraceSpans: 2_000 }));

test("whatever an agent does, what it recorded keeps the contract", () => keepsTheContract({}));

test("also when its traces are full after a few spans", () => {
  configure({ maxTraceSpans: 5 });
  return keepsTheContract({});
});

test("also in a host that has none of our processors, and so can't give a root its ids", () =>
  // The root that every process derives exists nowhere, and the links to it say so.
  keepsTheContract({ bare: true }, ["C05 improvement"]));

test("also in a host without a context manager, where only handles carry", () =>
  keepsTheContract({ contextManager: false }));
