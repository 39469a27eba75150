import type { Receipt, Signal } from "@throughline/store";

import type { Registry } from "../health/registry.ts";
import type { RefusalCode } from "../refusal/catalogue.ts";
import type { Intake } from "./intake.ts";

export type Transport = "http" | "grpc";

/** What operators see of the way in. */
export interface ReceiveMeasures {
  received(signal: Signal, transport: Transport, wireBytes: number): void;
  kept(signal: Signal, receipt: Receipt, seconds: number): void;
  refused(transport: Transport, code: RefusalCode): void;
  /** Records made durable since the start. */
  accepted(signal: Signal): number;
}

/** From well under one group commit (about 50 ms) to a client's patience. */
const appendBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createReceiveMeasures(registry: Registry, intake: Intake): ReceiveMeasures {
  const requests = registry.counter(
    "throughline_receive_requests_total",
    "OTLP requests read completely.",
    ["signal", "transport"],
  );
  const bytes = registry.counter(
    "throughline_receive_bytes_total",
    "Bytes of OTLP requests after decompression.",
    ["signal", "transport"],
  );
  const accepted = registry.counter(
    "throughline_records_accepted_total",
    "Spans, log records and metric points made durable.",
    ["signal"],
  );
  const rejected = registry.counter(
    "throughline_records_rejected_total",
    "Records of otherwise good requests that were rejected (partial success).",
    ["signal"],
  );
  const duplicates = registry.counter(
    "throughline_duplicate_requests_total",
    "Requests recognised as the repetition of an earlier one.",
    ["signal"],
  );
  const refusals = registry.counter(
    "throughline_refused_requests_total",
    "OTLP requests refused, by reason (docs/errors.md).",
    ["transport", "code"],
  );
  const latency = registry.histogram(
    "throughline_append_seconds",
    "From a complete request to its durable receipt.",
    appendBounds,
  );
  registry.gauge(
    "throughline_receive_in_flight_bytes",
    "Bytes of requests being received or waiting for their receipt.",
    () => intake.held,
  );
  registry.gauge(
    "throughline_receive_in_flight_requests",
    "Requests being received or waiting for their receipt.",
    () => intake.requests,
  );

  const totals = { traces: 0, logs: 0, metrics: 0 };
  return {
    accepted: (signal) => totals[signal],
    received(signal, transport, size) {
      requests.add(1, signal, transport);
      bytes.add(size, signal, transport);
    },
    kept(signal, receipt, seconds) {
      latency.observe(seconds);
      if (receipt.duplicate) return duplicates.add(1, signal);
      totals[signal] += receipt.accepted;
      accepted.add(receipt.accepted, signal);
      rejected.add(receipt.rejected, signal);
    },
    refused(transport, code) {
      refusals.add(1, transport, code);
    },
  };
}
