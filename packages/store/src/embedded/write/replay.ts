import type { DatabaseSync } from "node:sqlite";
import { stepKinds } from "@throughline/core";
import { noTotals, type Meter } from "@throughline/core/session";
import { CLUSTER_SPAN, LOG_MEANINGS, RECORD_FLAGS } from "../schema/codes.ts";
import { prepared } from "../schema/prepared.ts";
import type { CallTold, SpanTree } from "./span-tree.ts";

type Row = Readonly<Record<string, unknown>>;

const AGENT = stepKinds.indexOf("agent");
const TURN = stepKinds.indexOf("turn");
const LLM = stepKinds.indexOf("llm");
const SPAN_START = LOG_MEANINGS.indexOf("span.start");

/** Builds the tree of a trace again from its narrow rows; what they count was counted when they came in. */
export function replayTrace(db: DatabaseSync, trace: number, tree: SpanTree): void {
  const counted = noTotals();
  const spans = prepared(db, "select * from span where id >= ? and id < ? and trace = ?");
  const logs = prepared(
    db,
    "select span_id, severity, flags, stands, step from log where id >= ? and id < ? and trace = ?",
  );
  for (const cluster of clustersOf(db, trace)) {
    const range = [cluster * CLUSTER_SPAN, (cluster + 1) * CLUSTER_SPAN, trace] as const;
    for (const row of spans.iterate(...range)) {
      const flags = Number(row["flags"]);
      if ((flags & RECORD_FLAGS.again) !== 0) continue;
      const [low, high] = halves(row["span_id"]);
      const [parentLow, parentHigh] = halves(row["parent_id"]);
      tree.arrive(
        low,
        high,
        parentLow,
        parentHigh,
        {
          start: Number(row["start"]),
          carried: (flags & RECORD_FLAGS.carried) !== 0,
          error: row["status"] === 2,
          run: runOf(row["step"]),
          call: row["step"] === LLM ? callOf(db, row, flags) : undefined,
        },
        counted,
      );
      // Its currency is not in the row: taking it back needs the record itself.
      if ((flags & RECORD_FLAGS.foreign) !== 0) tree.odd = true;
    }
    for (const row of logs.iterate(...range)) {
      if (row["span_id"] === null) continue;
      const [low, high] = halves(row["span_id"]);
      if (row["stands"] === SPAN_START) tree.announce(low, high, runOf(row["step"]), counted);
      const waiting = (Number(row["flags"]) & RECORD_FLAGS.carried) === 0;
      tree.log(low, high, Number(row["severity"]) >= 17, waiting, counted);
    }
  }
}

/** Where the records of a trace lie: its strand, and its sessions with what became part of them. */
export function clustersOf(db: DatabaseSync, trace: number): number[] {
  const rows = prepared(
    db,
    `with home (id) as (
         select home from trace where id = ?1 and home is not null
         union select session from crossing where trace = ?1
       ), whole (id) as (
         select id from home union select part_of from session join home using (id) where part_of is not null
       ), part (id) as (
         select id from whole union select session.id from session join whole on session.part_of = whole.id
       )
       select id from part
       union select strand from trace where id = ?1 and strand is not null
       -- Only clusters that are full went on elsewhere.
       union select part.cluster from part as owner join session using (id)
         join main.part on main.part.session = session.id and main.part.day = (select value from meta where key = 'day')
         where session.next_seq >= ${CLUSTER_SPAN}
       order by 1`,
  ).all(trace);
  return rows.map((row) => Number(row["id"]));
}

function callOf(db: DatabaseSync, row: Row, flags: number): CallTold {
  const meter: Meter | undefined =
    (flags & RECORD_FLAGS.metered) === 0
      ? undefined
      : {
          tokens: {
            input: Number(row["input"] ?? 0),
            output: Number(row["output"] ?? 0),
            cache_read: Number(row["cache_read"] ?? 0),
            cache_write: Number(row["cache_write"] ?? 0),
            reasoning: Number(row["reasoning"] ?? 0),
          },
          cost: typeof row["cost"] === "number" ? row["cost"] : null,
          currency: "USD",
          reported: (flags & RECORD_FLAGS.reported) !== 0,
        };
  return {
    service: serviceOf(db, Number(row["origin"])),
    failed: (flags & RECORD_FLAGS.failed) !== 0,
    meter,
  };
}

function runOf(step: unknown): "turn" | "agent" | undefined {
  if (step === TURN) return "turn";
  return step === AGENT ? "agent" : undefined;
}

function serviceOf(db: DatabaseSync, origin: number): string {
  const row = prepared(
    db,
    "select service from resource where id = (select resource from origin where id = ?)",
  ).get(origin);
  return typeof row?.["service"] === "string" ? row["service"] : "";
}

function halves(id: unknown): readonly [low: number, high: number] {
  if (!(id instanceof Uint8Array) || id.byteLength !== 8) return [0, 0];
  const view = new DataView(id.buffer, id.byteOffset, 8);
  return [view.getInt32(0, true), view.getInt32(4, true)];
}
