import { readLog, readStep, stepWithin } from "../dialects/index.ts";
import type { LogReading, StepKind, StepReading } from "../dialects/index.ts";
import { attr } from "../names.ts";
import type {
  LogRecord,
  PlainMap,
  PlainValue,
  SpanRecord,
  TelemetryRecord,
} from "../record/record.ts";
import { isStepKind } from "../vocabulary.ts";
import { countMeter, type Meter, meterOf } from "./calls.ts";
import type { Membership } from "./session.ts";
import type { Pricer, Summary } from "./summary.ts";
import {
  callsIn,
  earlier,
  larger,
  longer,
  noTotals,
  seeLoggedTool,
  seeTimes,
  seeWord,
  summaryOf,
  type Totals,
} from "./totals.ts";

/** A record of the session, and how it belongs to it. */
export interface SessionMember {
  readonly record: TelemetryRecord;
  readonly membership: Membership;
}

export interface SummariseOptions {
  /** Prices calls whose emitter reports no cost; without it they count as unpriced. */
  readonly price?: Pricer;
}

/**
 * The summary of a session, from all of its records. This is the definition: stores that keep summaries while records
 * arrive in any order are tested against it.
 *
 * Spans that share trace and span id are one, the first of them. What a span counts depends on its relatives in the session:
 *
 * - An ERROR span counts as an error unless a child of it does; a log record of level ERROR and above counts unless it is
 *   on a span that does.
 * - A model call counts unless there is another below it, and its usage unless there is one below it that has usage: gateways
 *   and frameworks wrap the call that they pass on.
 * - An agent below no turn and no agent is a turn.
 */
export function summarise(
  members: Iterable<SessionMember>,
  options: SummariseOptions = {},
): Summary {
  return summaryOf(totalsOf(members, options));
}

export function totalsOf(
  members: Iterable<SessionMember>,
  { price = () => undefined }: SummariseOptions = {},
): Totals {
  const fold = new Fold(price);
  for (const member of members) fold.see(member);
  return fold.finish();
}

interface Node {
  readonly record: SpanRecord;
  readonly reading: StepReading | undefined;
  readonly meter: Meter | undefined;
  readonly parent: string;
  callBelow: boolean;
  meterBelow: boolean;
  errorBelow: boolean;
}

class Fold {
  readonly #totals = noTotals();
  readonly #price: Pricer;
  readonly #spans = new Map<string, Node>();
  /** Steps that were announced; the first announcement counts. */
  readonly #announced = new Map<string, StepKind | undefined>();
  readonly #traces = new Set<string>();
  readonly #errorLogs: string[] = [];

  constructor(price: Pricer) {
    this.#price = price;
  }

  see({ membership, record }: SessionMember): void {
    if (record.kind === "span") {
      const key = keyOf(record.traceId, record.spanId);
      if (this.#spans.has(key)) return;
      this.#seeSpan(key, record);
    } else this.#seeLog(record);
    if (record.traceId !== "") this.#traces.add(record.traceId);
    if (membership !== "none") this.#totals.membership[membership]++;
    seeWord(this.#totals.services, serviceOf(record));
    this.#seeChannel(record);
  }

  #seeSpan(key: string, record: SpanRecord): void {
    const totals = this.#totals;
    const reading = readStep(record);
    const start = microsOf(record.startNs);
    const end = microsOf(record.endNs);
    totals.spans++;
    seeTimes(totals, start, end);
    totals.latestStart = larger(totals.latestStart, start);
    if (reading?.agent !== undefined) totals.agent = earlier(totals.agent, reading.agent, start);
    const isCall = reading?.step === "llm";
    if (isCall && reading.model !== undefined) seeWord(totals.models, reading.model);
    this.#spans.set(key, {
      record,
      reading,
      meter: isCall ? meterOf(reading, start / 1000, this.#price) : undefined,
      parent: record.parentSpanId === "" ? "" : keyOf(record.traceId, record.parentSpanId),
      callBelow: false,
      meterBelow: false,
      errorBelow: false,
    });
  }

  #seeLog(record: LogRecord): void {
    const totals = this.#totals;
    const reading = readLog(record);
    const time = microsOf(record.timeNs);
    totals.logs++;
    seeTimes(totals, time, time);
    if (record.severityNumber >= 17) this.#errorLogs.push(keyOf(record.traceId, record.spanId));
    if (reading === undefined) return;
    if (reading.agent !== undefined) totals.agent = earlier(totals.agent, reading.agent, time);
    if (reading.stands === "session.end") totals.ended = larger(totals.ended, time);
    if (reading.stands === "prompt") totals.prompts++;
    if (reading.stands === "llm") this.#seeLoggedCall(record, reading);
    if (reading.stands === "tool") this.#seeLoggedTool(record, reading);
    if (reading.stands === "span.start" && record.traceId !== "" && record.spanId !== "") {
      const key = keyOf(record.traceId, record.spanId);
      if (!this.#announced.has(key)) this.#announced.set(key, announcedStep(record));
    }
  }

  #seeLoggedCall(record: LogRecord, reading: LogReading): void {
    const sums = callsIn(this.#totals.byLogs, serviceOf(record));
    const failed = hasFailed(reading);
    sums.calls++;
    if (!failed) sums.good++;
    if (reading.model !== undefined) seeWord(this.#totals.models, reading.model);
    const meter = meterOf(reading, microsOf(record.timeNs) / 1000, this.#price);
    if (meter !== undefined) countMeter(sums, meter, failed, 1);
  }

  #seeLoggedTool(record: LogRecord, reading: LogReading): void {
    const service = serviceOf(record);
    callsIn(this.#totals.byLogs, service).tools++;
    seeLoggedTool(this.#totals, service, {
      name: toolName(reading, reading.name ?? "tool"),
      micros: microsOf(reading.endNs) - microsOf(reading.startNs),
    });
  }

  #seeChannel(record: TelemetryRecord): void {
    const channel = channelOf(record.attributes);
    if (channel === undefined) return;
    const at = microsOf(record.kind === "span" ? record.startNs : record.timeNs);
    this.#totals.channel = earlier(this.#totals.channel, channel, at);
  }

  finish(): Totals {
    for (const node of this.#spans.values()) this.#markAbove(node);
    for (const node of this.#spans.values()) this.#count(node);
    const totals = this.#totals;
    for (const key of this.#errorLogs) {
      const node = this.#spans.get(key);
      if (node === undefined || !isError(node) || node.errorBelow) totals.errors++;
    }
    for (const [key, step] of this.#announced) {
      if (this.#spans.has(key)) continue;
      totals.open++;
      if (step === "turn") totals.turns++;
    }
    totals.traces = this.#traces.size;
    return totals;
  }

  #markAbove(node: Node): void {
    const parent = this.#spans.get(node.parent);
    if (isError(node) && parent !== undefined) parent.errorBelow = true;
    if (node.reading?.step !== "llm") return;
    const metered = node.meter !== undefined;
    // What is marked already was marked all the way up, so cycles end too.
    for (let above = parent; above !== undefined; above = this.#spans.get(above.parent)) {
      if (above.callBelow && (above.meterBelow || !metered)) break;
      above.callBelow = true;
      if (metered) above.meterBelow = true;
    }
  }

  #count(node: Node): void {
    const { meter, reading, record } = node;
    if (isError(node) && !node.errorBelow) this.#totals.errors++;
    if (reading === undefined) return;
    const sums = callsIn(this.#totals.bySpans, serviceOf(record));
    const failed = hasFailed(reading);
    if (reading.step === "llm" && !node.callBelow) {
      sums.calls++;
      if (!failed) sums.good++;
    }
    if (meter !== undefined && !node.meterBelow) countMeter(sums, meter, failed, 1);
    if (reading.step === "tool") {
      sums.tools++;
      const micros = microsOf(record.endNs) - microsOf(record.startNs);
      const name = toolName(reading, record.name);
      this.#totals.tools.spans = longer(this.#totals.tools.spans, name, micros);
    }
    if (stepWithin(reading.step, this.#stepsAbove(node)) === "turn") this.#totals.turns++;
  }

  *#stepsAbove(node: Node): Generator<StepKind> {
    const passed = new Set<string>();
    for (let key = node.parent; key !== "" && !passed.has(key);) {
      passed.add(key);
      const above = this.#spans.get(key);
      const step = above === undefined ? this.#announced.get(key) : above.reading?.step;
      if (step !== undefined) yield step;
      key = above?.parent ?? "";
    }
  }
}

/** A trace id has 32 digits and a span id 16, so the two can't run into each other. */
function keyOf(traceId: string, spanId: string): string {
  return traceId + spanId;
}

function isError({ record }: Node): boolean {
  return record.status.code === "error";
}

export function hasFailed(reading: { readonly outcome?: string | undefined }): boolean {
  return reading.outcome !== undefined && reading.outcome !== "ok";
}

export function toolName(
  reading: { readonly tool?: string | undefined; readonly name?: string | undefined },
  otherwise: string,
): string {
  return reading.tool ?? reading.name ?? otherwise;
}

export function announcedStep(record: TelemetryRecord): StepKind | undefined {
  const step = record.attributes["throughline.step"];
  return typeof step === "string" && isStepKind(step) ? step : undefined;
}

export function channelOf(
  attributes: PlainMap,
): { readonly type: string | null; readonly id: string | null } | undefined {
  const type = word(attributes[attr.channelType]);
  const id = word(attributes[attr.channelId]);
  return type === null && id === null ? undefined : { type, id };
}

function word(value: PlainValue | undefined): string | null {
  return typeof value === "string" && value !== "" && value.length <= 1024 ? value : null;
}

function serviceOf(record: TelemetryRecord): string {
  const name = record.resource.attributes["service.name"];
  return typeof name === "string" ? name : "";
}

/** Whole microseconds, rounded down, as everywhere in stored rows; times beyond the year 2255 stay there. */
export function microsOf(ns: bigint): number {
  return Math.min(Number(ns / 1000n), Number.MAX_SAFE_INTEGER);
}
