import type { LogRecord, LogsRequest } from "../model.ts";
import { ByteWriter } from "../wire/writer.ts";
import {
  encoded,
  idField,
  intField,
  messageField,
  messages,
  nanosField,
  textField,
  uintField,
  writeAnyValue,
  writeGroup,
  writeKeyValue,
} from "./common.ts";

export function encodeLogs(request: LogsRequest): Uint8Array {
  const w = new ByteWriter();
  for (const group of request.resourceLogs) {
    writeGroup(w, group, group.scopeLogs, (scope) => scope.logRecords, writeLogRecord);
  }
  return w.take();
}

export function encodeLogRecord(log: LogRecord): Uint8Array {
  return encoded(writeLogRecord, log);
}

function writeLogRecord(w: ByteWriter, log: LogRecord): void {
  nanosField(w, 0x09, log.timeUnixNano);
  intField(w, 0x10, log.severityNumber);
  textField(w, 0x1a, log.severityText);
  if (log.body !== undefined) messageField(w, 0x2a, log.body, writeAnyValue);
  messages(w, 0x32, log.attributes, writeKeyValue);
  uintField(w, 0x38, log.droppedAttributesCount);
  if (log.flags !== 0) {
    w.byte(0x45);
    w.fixed32(log.flags);
  }
  idField(w, 0x4a, log.traceId);
  idField(w, 0x52, log.spanId);
  nanosField(w, 0x59, log.observedTimeUnixNano);
  textField(w, 0x62, log.eventName);
}
