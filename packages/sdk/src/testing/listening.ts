import type { LogFace, SpanFace } from "../export/readable.ts";
import type { Memory } from "./memory.ts";

let listener: Memory | undefined;

/** Who hears what is told from now on. */
export function listen(memory: Memory | undefined): void {
  listener = memory;
}

export function isListening(memory: Memory): boolean {
  return listener === memory;
}

/** For the list of a host that sets up OpenTelemetry itself, behind `SessionSpanProcessor`. */
export const spanProcessor: SpanFace = {
  onStart: () => {},
  onEnd: (span) => listener?.intake.spans.onEnd(span),
  forceFlush: async () => {},
  shutdown: async () => {},
};

/** For the list of a host that sets up OpenTelemetry itself, behind `SessionLogRecordProcessor`. */
export const logRecordProcessor: LogFace = {
  onEmit: (record) => listener?.intake.logs.onEmit(record),
  forceFlush: async () => {},
  shutdown: async () => {},
};
