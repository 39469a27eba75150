import { decodeLogs, decodeTraces } from "@throughline/core/otlp";
import { recordsOf, type TelemetryRecord } from "@throughline/core/record";
import type { OtlpPiece } from "@throughline/store";
import { expect } from "vitest";
import type { Case } from "../home.ts";
import { allRecords } from "../reading.ts";
import { Story, type Told } from "../story.ts";

function told(story: Story): Told[] {
  const session = story.session("s");
  return [
    { trace: "t", span: "root", session, at: 0, attributes: { nested: ["a", "b"], n: 2 } },
    { trace: "t", span: "silent", parent: "root", at: 1, error: true },
    { trace: "t", span: "elsewhere", parent: "root", service: "worker", session, at: 2 },
    { log: "", trace: "t", on: "root", session, at: 0.5, body: "a line", severity: 9 },
    { log: "", trace: "t", on: "silent", at: 1.5, body: "a line without id" },
    { trace: "other", span: "other", session: story.session("another"), at: 3 },
  ];
}

export const otlpCases: readonly Case[] = [
  {
    title: "a session's OTLP is what was sent of it, resources and scopes included",
    async run(home) {
      const story = new Story();
      const all = told(story);
      await home.deliver(story.deliveries(all));
      const mine = story.deliveries(
        all.filter((each) => !("span" in each && each.span === "other")),
      );
      const pieces = await piecesOf(home.reader.otlp(story.session("s")));
      expect(recordsIn(pieces)).toEqual(recordsIn(mine));
    },
  },
  {
    title: "one record's OTLP is asked for by its id; of what there is not, there is nothing",
    async run(home) {
      const story = new Story();
      const all = told(story);
      await home.deliver(story.deliveries(all));
      const session = story.session("s");
      const records = await allRecords(home.reader, session);
      const silent = records.find(({ span_id: id }) => id === story.spanId("silent"));
      const id = silent?.record_id ?? "";
      const pieces = await piecesOf(home.reader.otlp(session, { record: id }));
      expect(recordsIn(pieces)).toMatchObject([{ spanId: story.spanId("silent") }]);
      expect(await piecesOf(home.reader.otlp(session, { record: `${id}0` }))).toEqual([]);
      expect(await piecesOf(home.reader.otlp(story.session("nobody")))).toEqual([]);
    },
  },
];

async function piecesOf(pieces: AsyncIterable<OtlpPiece>): Promise<OtlpPiece[]> {
  const all: OtlpPiece[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

/** In one order, whatever requests they came in. */
function recordsIn(
  pieces: readonly { readonly signal: string; readonly body: Uint8Array }[],
): TelemetryRecord[] {
  const records = pieces.flatMap(({ body, signal }) => [
    ...recordsOf(signal === "traces" ? decodeTraces(body) : decodeLogs(body)),
  ]);
  return records.toSorted((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1));
}

function timeOf(record: TelemetryRecord): bigint {
  return record.kind === "span" ? record.startNs : record.timeNs;
}
