import {
  baselineOf,
  createVerifier,
  debtsIn,
  type Finding,
  judge,
  type PolicyFile,
  readBaseline,
  readPolicy,
} from "@throughline/core/verify";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { home, line, llm, without } from "./scene.ts";

/** C01 on the line, C08 on the call, C18 on the call. */
const records = [
  ...home,
  without(line(), "session.id"),
  without(llm({ "gen_ai.system": "openai" }), "gen_ai.request.model"),
];

function found(): readonly Finding[] {
  const verifier = createVerifier();
  for (const record of records) verifier.add(record);
  return verifier.finish().findings;
}

const rulesOf = (findings: readonly Finding[]): string[] => findings.map(({ rule }) => rule);

function policy(json: unknown): PolicyFile {
  const read = readPolicy(json);
  if ("faults" in read) throw new Error(JSON.stringify(read.faults));
  return read.policy;
}

describe("a policy", () => {
  test("of its own lets everything stand", () => {
    const judged = judge(found());
    expect(rulesOf(judged.findings)).toEqual(["C01", "C08", "C18"]);
    expect(judged).toMatchObject({ allowed: 0, known: [], counts: { violation: 2 } });
  });

  test("makes rules louder, quieter and silent, and the worst still comes first", () => {
    const rules = { C01: "information", C08: "off", C18: "violation" };
    const judged = judge(found(), policy({ rules }));
    expect(judged.findings.map(({ level, rule }) => [rule, level])).toEqual([
      ["C18", "violation"],
      ["C01", "information"],
    ]);
    expect(judged).toMatchObject({ allowed: 1, counts: { violation: 1, information: 1 } });
  });

  test.each([
    [{ rule: "C08" }, ["C01", "C18"]],
    [{ name: "chat *" }, ["C01"]],
    [{ service: "support-*", rule: "C01" }, ["C08", "C18"]],
    [{ service: "*", scope: "through*line", name: "*5.4" }, ["C01"]],
    [{ name: "chat" }, ["C01", "C08", "C18"]],
    [{ name: "chat gpt-5.4*gpt-5.4" }, ["C01", "C08", "C18"]],
    [{ service: "another" }, ["C01", "C08", "C18"]],
  ])("lets %j pass and nothing else", (allowance, left) => {
    expect(rulesOf(judge(found(), policy({ allow: [allowance] })).findings)).toEqual(left);
  });

  test.each([
    [[], "", "one object"],
    [{ rule: {} }, "rule", "known are $schema, profile, rules, allow"],
    [{ rules: { C21: "off" } }, "rules.C21", "C01 to C20"],
    [{ rules: { C01: "error" } }, "rules.C01", '"error" is no level'],
    [{ rules: ["C01"] }, "rules", "object"],
    [{ profile: "ours" }, "profile", 'no profile "ours"'],
    [{ allow: { rule: "C01" } }, "allow", "list"],
    [{ allow: [{}] }, "allow[0]", "everything"],
    [{ allow: [{ reason: "old" }] }, "allow[0]", "everything"],
    [{ allow: [{ rule: "C1" }] }, "allow[0].rule", "C01 to C20"],
    [{ allow: [{ rule: "C01", sevice: "x" }] }, "allow[0].sevice", "known are rule"],
    [{ allow: [{ name: /x/ }] }, "allow[0].name", "text"],
  ])("%j is explained", (json, at, says) => {
    const read = readPolicy(json);
    expect(read).toMatchObject({ faults: [{ at, message: expect.stringContaining(says) }] });
  });

  test("tells all that is wrong at once", () => {
    const read = readPolicy({ rules: { C01: "no", X: "off" }, allow: [{}, 1] });
    expect("faults" in read && read.faults.map(({ at }) => at)).toEqual([
      "rules.C01",
      "rules.X",
      "allow[0]",
      "allow[1]",
    ]);
  });

  test("is read from anything without a throw", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const read = readPolicy(json);
        expect("faults" in read ? read.faults.length : 1).toBeGreaterThan(0);
      }),
    );
  });
});

describe("a baseline", () => {
  test("knows what it was written of, however often it comes", () => {
    const text = JSON.stringify(baselineOf(found()));
    const read = readBaseline(JSON.parse(text));
    if ("faults" in read) throw new Error("unreadable");
    const { isKnown, paid } = debtsIn(read.baseline);
    const often = found().map((finding) => ({ ...finding, count: 99, examples: [] }));
    expect(judge(often, undefined, isKnown)).toMatchObject({
      findings: [],
      counts: { violation: 0 },
    });
    expect(judge(often, undefined, isKnown).known).toHaveLength(3);
    expect(paid(often)).toEqual([]);
  });

  test("does not know the same fault of another place, nor another fault of the same", () => {
    const { isKnown, paid } = debtsIn(baselineOf(found()));
    const [first, second] = found();
    if (first === undefined || second === undefined) throw new Error("found nothing");
    expect(isKnown({ ...first, name: "another" })).toBe(false);
    expect(isKnown({ ...second, message: "This model call has no tool." })).toBe(false);
    expect(paid([first]).map(({ rule }) => rule)).toEqual(["C08", "C18"]);
  });

  test("is the same text whatever the order of findings", () => {
    expect(baselineOf(found().toReversed())).toEqual(baselineOf(found()));
  });

  test.each([
    [null],
    [{}],
    [{ schema: 2, findings: [] }],
    [{ schema: 1, findings: [{ rule: "C01" }] }],
  ])("is not %j", (json) => expect(readBaseline(json)).toHaveProperty("faults"));
});
