import { readStep, sessionKeyOf } from "@throughline/core/dialects";
import { decodeLogs, decodeTraces } from "@throughline/core/otlp";
import { recordsOf } from "@throughline/core/record";
import { createVerifier, type VerifyReport } from "@throughline/core/verify";
import type { Delivery } from "@throughline/store";
import { expect } from "vitest";
import type { Case } from "../home.ts";
import { allRecords } from "../reading.ts";
import { Story, type Told } from "../story.ts";

/** What core finds in all of these at once. */
function verify(deliveries: readonly Delivery[]): VerifyReport {
  const verifier = createVerifier({
    keyOf: (record) => sessionKeyOf(record),
    stepOf: (span) => readStep(span)?.step,
  });
  for (const { body, door, signal } of deliveries)
    for (const record of recordsOf(signal === "traces" ? decodeTraces(body) : decodeLogs(body)))
      verifier.add(record, { door });
  return verifier.finish();
}

function withoutExamples({ findings, summary }: VerifyReport): unknown {
  const bare = findings.map((finding) => Object.assign({}, finding, { examples: [] }));
  return { findings: bare.toSorted(byText), summary };
}

function byText(one: object, other: object): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}

/** A session that lost its thread in several ways, and is over. */
function lossy(story: Story): Told[] {
  const session = story.session("s");
  return [
    { trace: "t", span: "turn", session, at: 0, attributes: { "throughline.step": "turn" } },
    { trace: "t", span: "without id", parent: "turn", at: 1 },
    { trace: "t", span: "orphan", parent: "nobody", session, at: 2 },
    {
      trace: "t",
      span: "chat",
      parent: "turn",
      session,
      at: 3,
      attributes: { "throughline.step": "llm" },
    },
    { log: "", session, at: 4, body: "on no span" },
    { log: "session.end", session, trace: "t", on: "turn", at: 5 },
  ];
}

export const findingCases: readonly Case[] = [
  {
    title: "verifying a session finds what core finds in its records",
    async run(home) {
      const story = new Story();
      const told = story.deliveries(lossy(story));
      await home.deliver(told);
      const verdict = await home.reader.findings(story.session("s"));
      expect(verdict && withoutExamples(verdict)).toEqual(withoutExamples(verify(told)));
      expect(verdict?.summary.findings.violation).toBeGreaterThan(2);
      const ids = (await allRecords(home.reader, story.session("s"))).map((each) => each.record_id);
      for (const { examples } of verdict?.findings ?? [])
        for (const { record_id } of examples) expect(ids).toContain(record_id);
      expect(await home.reader.findings(story.session("nobody"))).toBeUndefined();
    },
  },
  {
    title: "behind a door the ids that were minted are no other sessions",
    async run(home) {
      const story = new Story();
      const door = story.session("door");
      const told = story.deliveries(
        [
          { trace: "t", span: "a", session: story.session("minted"), at: 0 },
          { trace: "t", span: "b", parent: "a", session: door, at: 1 },
          { log: "session.end", session: door, trace: "t", on: "a", at: 5 },
        ],
        door,
      );
      await home.deliver(told);
      const verdict = await home.reader.findings(door);
      expect(verdict && withoutExamples(verdict)).toEqual(withoutExamples(verify(told)));
      expect(verdict?.findings.map(({ rule }) => rule)).not.toContain("C04");
    },
  },
  {
    title: "what was found is told with the session from then on",
    async run(home) {
      const story = new Story();
      await home.deliver(story.deliveries(lossy(story)));
      const verdict = await home.reader.findings(story.session("s"));
      await expect
        .poll(() => home.reader.session(story.session("s")), { timeout: 10_000 })
        .toMatchObject({ findings: verdict?.summary.findings });
      const { sessions } = await home.reader.sessions({ grep: story.session("s") });
      expect(sessions).toMatchObject([{ findings: verdict?.summary.findings }]);
    },
  },
];
