import { limitsOf } from "../limits.ts";
import type { LogRecord, LogsRequest } from "../model.ts";
import { ProtoReader } from "../wire/reader.ts";
import { type Filling, type FillingValue, readAnyValue, readId, readKeyValue } from "./common.ts";
import { type DecodeOptions, readRequest } from "./request.ts";

/** An ExportLogsServiceRequest (or LogsData, which has the same shape). */
export function decodeLogs(bytes: Uint8Array, options?: DecodeOptions): LogsRequest {
  return {
    resourceLogs: readRequest(bytes, options, readLogRecord).map(
      ({ resource, scopes, schemaUrl }) => ({
        resource,
        scopeLogs: scopes.map(({ scope, records, schemaUrl: scopeSchemaUrl }) => ({
          scope,
          logRecords: records,
          schemaUrl: scopeSchemaUrl,
        })),
        schemaUrl,
      }),
    ),
  };
}

/** The bytes of one LogRecord message. */
export function decodeLogRecord(bytes: Uint8Array, options?: DecodeOptions): LogRecord {
  return readLogRecord(new ProtoReader(bytes, limitsOf(options)));
}

/** Ids of a wrong length stay as they are: OTLP asks receivers to take such a record as outside any trace, not to refuse it. */
function readLogRecord(r: ProtoReader): LogRecord {
  const start = r.pos;
  let body: FillingValue | undefined;
  const log: Filling<LogRecord> = {
    timeUnixNano: 0n,
    observedTimeUnixNano: 0n,
    severityNumber: 0,
    severityText: "",
    body: undefined,
    attributes: [],
    droppedAttributesCount: 0,
    flags: 0,
    traceId: "",
    spanId: "",
    eventName: "",
  };
  while (r.more()) {
    const tag = r.tag();
    switch (tag) {
      case 0x09:
        log.timeUnixNano = r.nanos();
        break;
      case 0x10:
        log.severityNumber = r.int32();
        break;
      case 0x1a:
        log.severityText = r.text();
        break;
      case 0x2a: {
        const outer = r.enter();
        body = readAnyValue(r, body);
        r.leave(outer);
        break;
      }
      case 0x32:
        log.attributes.push(readKeyValue(r));
        break;
      case 0x38:
        log.droppedAttributesCount = r.uint32();
        break;
      case 0x45:
        log.flags = r.fixed32();
        break;
      case 0x4a:
        log.traceId = readId(r);
        break;
      case 0x52:
        log.spanId = readId(r);
        break;
      case 0x59:
        log.observedTimeUnixNano = r.nanos();
        break;
      case 0x62:
        log.eventName = r.text();
        break;
      default:
        r.skip(tag);
    }
  }
  log.body = body;
  if (log.attributes.length > r.limits.maxAttributes) r.fail("attributes", start);
  return log;
}
