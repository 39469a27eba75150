import { setImmediate } from "node:timers/promises";
import { decodeLogRecord } from "@throughline/core/otlp";
import { logRecord } from "@throughline/core/record";
import {
  createEntryReader,
  createLogqlFilter,
  type LogqlLine,
  type LogqlLogsPlan,
  streamOf,
  streamTest,
} from "@throughline/query/logql";
import type { TailEvent } from "../../telemetry.ts";
import { type CommitNotice, NOTICE_STRIDE, NOTICED } from "../write/protocol.ts";
import type { Surroundings } from "./follower.ts";
import type { LiveOrigin } from "./noticed-origins.ts";

/** Records are looked at by so many before everybody else gets a turn, and lines told by so many. */
const SLICE = 500;

/** The log records of commits to come, as a LogQL query tells them, in order of arrival. */
export function tailLogs(
  around: Surroundings,
  plan: LogqlLogsPlan,
  signal: AbortSignal,
): AsyncGenerator<TailEvent> {
  // Said now: a generator begins only when it is first asked.
  return follow(around, plan, signal, around.window.next);
}

async function* follow(
  around: Surroundings,
  plan: LogqlLogsPlan,
  signal: AbortSignal,
  from: number,
): AsyncGenerator<TailEvent> {
  const { origins, window } = around;
  const filter = createLogqlFilter(plan);
  const readEntry = createEntryReader();
  const selects = streamTest(plan.query.matchers);
  const selected = new WeakMap<LiveOrigin, boolean>();
  const isSelected = (origin: LiveOrigin): boolean => {
    let known = selected.get(origin);
    if (known === undefined) selected.set(origin, (known = selects(streamOf(origin.resource))));
    return known;
  };
  let stopResting = (): void => {};
  signal.addEventListener("abort", () => stopResting(), { once: true });
  let commit = from;
  while (!signal.aborted && !around.isClosed()) {
    if (commit < window.first) {
      commit = window.next;
      yield { type: "gap" };
    }
    const notice = window.at(commit);
    if (notice === undefined) {
      // Not a race against the signal: a tail may be open for weeks, and each lap would leave a listener behind.
      await new Promise<void>((resolve) => {
        stopResting = resolve;
        void around.change().then(resolve);
      });
      continue;
    }
    const count = notice.records.length / NOTICE_STRIDE;
    for (let begin = 0; begin < count && !signal.aborted; begin += SLICE) {
      const lines: LogqlLine[] = [];
      for (let index = begin; index < Math.min(begin + SLICE, count); index++) {
        const at = index * NOTICE_STRIDE;
        if (notice.records[at + NOTICED.log] !== 1) continue;
        const origin = origins.of(notice.day, notice.records[at + NOTICED.origin] ?? 0);
        if (!isSelected(origin)) continue;
        const line = filter(readEntry(decode(notice, at, origin)));
        if (line !== undefined) lines.push(line);
      }
      if (lines.length > 0) yield { type: "lines", lines };
      await setImmediate();
    }
    commit++;
  }
}

function decode(
  { bodies, records }: CommitNotice,
  at: number,
  { resource, scope }: LiveOrigin,
): ReturnType<typeof logRecord> {
  const body = bodies[records[at + NOTICED.body] ?? 0] ?? NO_BYTES;
  const bytes = body.subarray(records[at + NOTICED.start], records[at + NOTICED.end]);
  return logRecord(decodeLogRecord(bytes), resource, scope);
}

const NO_BYTES = new Uint8Array(0);
