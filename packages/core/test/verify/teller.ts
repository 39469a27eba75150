import { sessionRoot, spanName, spanShapes, type StepKind } from "@throughline/core";
import type { Resource, SpanRecord, TelemetryRecord } from "@throughline/core/record";

import type { Outcome } from "./session-plan.ts";
import { type Attributes, epoch, log, second, span } from "./telemetry.ts";

export interface Context {
  readonly traceId: string;
  readonly spanId: string;
}

export interface Work extends Context {
  readonly startNs: bigint;
  /** What everything below carries too. */
  readonly identity: Attributes;
  readonly remote?: boolean;
}

export interface Told {
  readonly step: StepKind;
  readonly subject: string;
  readonly outcome?: Outcome | undefined;
  readonly attributes?: Attributes;
  readonly verb?: string;
  readonly links?: SpanRecord["links"];
  readonly announced?: boolean;
}

const milli = second / 1000n;

/** Tells one session's work as the contract wants it, record by record, on a clock and with ids of its own. */
export class Teller {
  readonly id: string;
  readonly root: Context;
  readonly records: TelemetryRecord[] = [];
  process: Resource;
  readonly #seed: number;
  #ids = 0;
  #nowNs: bigint;

  constructor(id: string, seed: number, process: Resource) {
    this.id = id;
    this.root = sessionRoot(id);
    this.process = process;
    this.#seed = seed;
    this.#nowNs = epoch + BigInt(seed % 1000) * second;
  }

  foreign(parent: Work, name: string, attributes: Attributes): SpanRecord {
    const made = span({
      traceId: parent.traceId,
      spanId: this.hex(16),
      parentSpanId: parent.spanId,
      name,
      spanKind: "client",
      scope: "@opentelemetry/instrumentation-undici",
      resource: this.process,
      attributes: { "session.id": this.id, ...attributes },
      startNs: this.tick(),
    });
    this.records.push(made);
    return made;
  }

  below(parent: Work): Work {
    const { identity, traceId } = parent;
    return { traceId, spanId: this.hex(16), startNs: this.tick(), identity };
  }

  detached(invoker: Work, home: Work): Work {
    return { ...this.below(invoker), traceId: home.traceId };
  }

  end(work: Work, parentSpanId: string, told: Told): void {
    const { announced, attributes, links = [], outcome, step, subject, verb } = told;
    const name = spanName(step, subject, verb);
    const kind = spanShapes[step].kind;
    if (announced === true)
      this.records.push(
        log({
          traceId: work.traceId,
          spanId: work.spanId,
          eventName: "throughline.span.start",
          timeNs: work.startNs,
          resource: this.process,
          attributes: {
            ...work.identity,
            "throughline.step": step,
            "throughline.span.name": name,
            "throughline.span.kind": kind,
            "throughline.span.parent_id": parentSpanId,
            "throughline.span.start_time_unix_nano": work.startNs,
          },
        }),
      );
    this.records.push(
      span({
        traceId: work.traceId,
        spanId: work.spanId,
        parentSpanId,
        name,
        spanKind: kind,
        resource: this.process,
        attributes: {
          ...work.identity,
          "throughline.step": step,
          "throughline.outcome": outcome,
          "error.type": outcome === "error" ? "timeout" : undefined,
          ...attributes,
        },
        status: outcome === "error" ? "error" : "unset",
        links,
        startNs: work.startNs,
        endNs: this.tick(),
      }),
    );
  }

  line(at: Context & { readonly identity: Attributes }): void {
    this.records.push(
      log({
        traceId: at.traceId,
        spanId: at.spanId,
        timeNs: this.tick(),
        resource: this.process,
        scope: "pino",
        attributes: { "session.id": this.id },
      }),
    );
  }

  event(eventName: string, at: Context, attributes: Attributes): void {
    this.records.push(
      log({
        traceId: at.traceId,
        spanId: at.spanId,
        eventName,
        timeNs: this.tick(),
        body: null,
        resource: this.process,
        attributes: { "session.id": this.id, ...attributes },
      }),
    );
  }

  tick(): bigint {
    this.#nowNs += 20n * milli;
    return this.#nowNs;
  }

  /** At least 16 digits, none twice, and none of another seed's. */
  hex(length: number): string {
    this.#ids++;
    return `${this.#seed.toString(16).padStart(8, "0")}${this.#ids.toString(16).padStart(length - 8, "0")}`;
  }
}
