/** Our codec, by signal. */
import {
  decodeLogs,
  decodeMetrics,
  type DecodeOptions,
  decodeTraces,
  encodeLogs,
  encodeMetrics,
  encodeTraces,
  type JsonObject,
  logsFromJson,
  logsToJson,
  metricsFromJson,
  metricsToJson,
  tracesFromJson,
  tracesToJson,
} from "@throughline/core/otlp";
import type { Signal } from "./protos.ts";

interface Codec {
  /** Protobuf > model > protobuf. */
  again(bytes: Uint8Array, options?: DecodeOptions): Uint8Array;
  toJson(bytes: Uint8Array): JsonObject;
  /** JSON > model > protobuf. */
  fromJson(json: string | object, options?: DecodeOptions): Uint8Array;
}

export const ours: { readonly [signal in Signal]: Codec } = {
  traces: {
    again: (bytes, options) => encodeTraces(decodeTraces(bytes, options)),
    toJson: (bytes) => tracesToJson(decodeTraces(bytes)),
    fromJson: (json, options) => encodeTraces(tracesFromJson(json, options)),
  },
  logs: {
    again: (bytes, options) => encodeLogs(decodeLogs(bytes, options)),
    toJson: (bytes) => logsToJson(decodeLogs(bytes)),
    fromJson: (json, options) => encodeLogs(logsFromJson(json, options)),
  },
  metrics: {
    again: (bytes, options) => encodeMetrics(decodeMetrics(bytes, options)),
    toJson: (bytes) => metricsToJson(decodeMetrics(bytes)),
    fromJson: (json, options) => encodeMetrics(metricsFromJson(json, options)),
  },
};
