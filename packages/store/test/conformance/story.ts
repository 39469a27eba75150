import { createHash, randomUUID } from "node:crypto";
import {
  type AnyValue,
  encodeLogs,
  encodeTraces,
  type KeyValue,
  type LogRecord,
  type Span,
} from "@throughline/core/otlp";
import type { Delivery } from "@throughline/store";

type Plain = string | number | bigint | boolean | Uint8Array | readonly Plain[];

interface Common {
  readonly session?: string | undefined;
  readonly service?: string | undefined;
  /** Milliseconds after the story began; fractions are nanoseconds. */
  readonly at?: number;
  readonly attributes?: Readonly<Record<string, Plain>> | undefined;
}

export interface SpanTold extends Common {
  readonly trace: string;
  readonly span: string;
  readonly parent?: string | undefined;
  readonly name?: string;
  readonly ms?: number;
  readonly error?: boolean | undefined;
  readonly links?: readonly { readonly trace: string; readonly span: string }[] | undefined;
  readonly events?: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, Plain>>;
  }[];
}

export interface LogTold extends Common {
  /** EventName; empty for an ordinary line. */
  readonly log: string;
  readonly trace?: string | undefined;
  readonly on?: string | undefined;
  readonly severity?: number;
  readonly body?: Plain;
}

export type Told = SpanTold | LogTold;

/** Telemetry from short descriptions. Traces, spans and sessions of two stories are never the same. */
export class Story {
  readonly #name = randomUUID();
  /** An hour ago: real engines refuse what is old, or still to come. */
  readonly #began = BigInt(Date.now() - 3_600_000) * 1_000_000n;

  /** Epoch milliseconds. */
  get began(): number {
    return Number(this.#began / 1_000_000n);
  }

  session(name: string): string {
    return `${name}-${this.#name}`;
  }

  /** Begins with a zero, as one in sixteen does: Tempo leaves those out of what it writes, and of what links lead to. */
  traceId(name: string): string {
    return `0${this.#hash(name).slice(1, 32)}`;
  }

  spanId(name: string): string {
    return this.#hash(name).slice(32, 48);
  }

  /** One request a signal. */
  deliveries(told: readonly Told[], door?: string): Delivery[] {
    const spans = told.filter((each) => "span" in each);
    const logs = told.filter((each) => "log" in each);
    return [
      ...(spans.length === 0 ? [] : [this.#spans(spans, door)]),
      ...(logs.length === 0 ? [] : [this.#logs(logs, door)]),
    ];
  }

  /** One request a record, in the order given. */
  oneByOne(told: readonly Told[], door?: string): Delivery[] {
    return told.flatMap((each) => this.deliveries([each], door));
  }

  #spans(told: readonly SpanTold[], door: string | undefined): Delivery {
    const resourceSpans = byService(told).map(([service, group]) => ({
      resource: resourceOf(service),
      scopeSpans: [{ scope: SCOPE, spans: group.map((each) => this.#span(each)), schemaUrl: "" }],
      schemaUrl: "",
    }));
    return delivery("traces", encodeTraces({ resourceSpans }), door);
  }

  #logs(told: readonly LogTold[], door: string | undefined): Delivery {
    const resourceLogs = byService(told).map(([service, group]) => ({
      resource: resourceOf(service),
      scopeLogs: [
        { scope: SCOPE, logRecords: group.map((each) => this.#log(each)), schemaUrl: "" },
      ],
      schemaUrl: "",
    }));
    return delivery("logs", encodeLogs({ resourceLogs }), door);
  }

  #span(told: SpanTold): Span {
    const { at = 0, error, events = [], links = [], ms = 1, name, parent } = told;
    return {
      traceId: this.traceId(told.trace),
      spanId: this.spanId(told.span),
      traceState: "",
      parentSpanId: parent === undefined ? "" : this.spanId(parent),
      flags: 0x101,
      name: name ?? told.span,
      kind: 1,
      startTimeUnixNano: this.#time(at),
      endTimeUnixNano: this.#time(at + ms),
      attributes: attributesOf(told),
      droppedAttributesCount: 0,
      events: events.map((event) => ({
        timeUnixNano: this.#time(at),
        name: event.name,
        attributes: pairs(event.attributes),
        droppedAttributesCount: 0,
      })),
      droppedEventsCount: 0,
      links: links.map(({ span, trace }) => ({
        traceId: this.traceId(trace),
        spanId: this.spanId(span),
        traceState: "",
        attributes: [],
        droppedAttributesCount: 0,
        flags: 0,
      })),
      droppedLinksCount: 0,
      status: { message: "", code: error === true ? 2 : 0 },
    };
  }

  #log(told: LogTold): LogRecord {
    return {
      timeUnixNano: this.#time(told.at ?? 0),
      observedTimeUnixNano: 0n,
      severityNumber: told.severity ?? 9,
      severityText: "",
      body: told.body === undefined ? undefined : valueOf(told.body),
      attributes: attributesOf(told),
      droppedAttributesCount: 0,
      flags: 0,
      traceId: told.trace === undefined ? "" : this.traceId(told.trace),
      spanId: told.on === undefined ? "" : this.spanId(told.on),
      eventName: told.log,
    };
  }

  #time(ms: number): bigint {
    return this.#began + BigInt(Math.round(ms * 1_000_000));
  }

  #hash(name: string): string {
    return createHash("sha256").update(`${this.#name} ${name}`).digest("hex");
  }
}

export function delivery(signal: Delivery["signal"], bytes: Uint8Array, door?: string): Delivery {
  const body = new Uint8Array(bytes);
  return door === undefined ? { signal, body } : { signal, body, door };
}

const SCOPE = { name: "conformance", version: "1", attributes: [], droppedAttributesCount: 0 };

function resourceOf(service: string) {
  return {
    attributes: pairs({ "service.name": service }),
    droppedAttributesCount: 0,
    entityRefs: [],
  };
}

function byService<T extends Common>(told: readonly T[]): [string, T[]][] {
  return [...Map.groupBy(told, ({ service }) => service ?? "app")];
}

function attributesOf({ attributes = {}, session }: Common): KeyValue[] {
  return pairs(session === undefined ? attributes : { "session.id": session, ...attributes });
}

function pairs(plain: Readonly<Record<string, Plain>>): KeyValue[] {
  return Object.entries(plain).map(([key, value]) => ({ key, value: valueOf(value) }));
}

function valueOf(value: Plain): AnyValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "bigint") return { intValue: value };
  if (typeof value === "number")
    return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
  if (value instanceof Uint8Array) return { bytesValue: value };
  return { arrayValue: { values: value.map(valueOf) } };
}
