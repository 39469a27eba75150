import {
  encodeLogs,
  encodeMetrics,
  encodeTraces,
  logsFromJson,
  metricsFromJson,
  tracesFromJson,
  type DecodeOptions,
} from "@throughline/core/otlp";
import type { Signal } from "@throughline/store";

import { Refusal } from "../refusal/refusal.ts";

const toProtobuf: Readonly<Record<Signal, (json: string, options: DecodeOptions) => Uint8Array>> = {
  traces: (json, options) => encodeTraces(tracesFromJson(json, options)),
  logs: (json, options) => encodeLogs(logsFromJson(json, options)),
  metrics: (json, options) => encodeMetrics(metricsFromJson(json, options)),
};

export interface JsonRequest {
  readonly body: Uint8Array<ArrayBuffer>;
  /** Records that JSON could say and OTLP could not: they are left out of the body. */
  readonly rejected: number;
  readonly reason: string;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The store keeps protobuf alone, so JSON is translated on the way in. */
export function readJsonRequest(signal: Signal, bytes: Uint8Array): JsonRequest {
  let rejected = 0;
  let reason = "";
  const onRejected: DecodeOptions["onRejected"] = (rejection) => {
    rejected++;
    reason ||= rejection.message;
  };
  const body = toProtobuf[signal](textOf(bytes), { onRejected });
  return { body: new Uint8Array(body), rejected, reason };
}

function textOf(bytes: Uint8Array): string {
  try {
    // An empty body is an empty request, as in protobuf.
    return bytes.length === 0 ? "{}" : utf8.decode(bytes);
  } catch {
    throw new Refusal("bad_data", "The JSON is not UTF-8.");
  }
}
