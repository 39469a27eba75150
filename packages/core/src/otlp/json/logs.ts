import type { LogRecord, LogsRequest, ResourceLogs, ScopeLogs } from "../model.ts";
import { type Codec, field, list, message, optional, records, required } from "./codec.ts";
import type { JsonReading } from "./reading.ts";
import { enumeration, id, nanos, text, uint32 } from "./scalars.ts";
import { anyValue, attributes, resource, scope } from "./values.ts";

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/** SEVERITY_NUMBER_INFO is 9, SEVERITY_NUMBER_INFO2 is 10 ... */
const SEVERITIES: { readonly [name: string]: number } = Object.fromEntries([
  ["SEVERITY_NUMBER_UNSPECIFIED", 0],
  ...LEVELS.flatMap((level, i) =>
    ["", "2", "3", "4"].map(
      (step, j) => [`SEVERITY_NUMBER_${level}${step}`, i * 4 + j + 1] as const,
    ),
  ),
]);

const logRecord = message<LogRecord>({
  timeUnixNano: field(nanos),
  observedTimeUnixNano: field(nanos),
  severityNumber: field(enumeration(SEVERITIES)),
  severityText: field(text),
  body: field(optional(anyValue)),
  attributes: field(attributes),
  droppedAttributesCount: field(uint32),
  flags: field(uint32),
  traceId: field(id),
  spanId: field(id),
  eventName: field(text),
});

function checkLog(reading: JsonReading, { attributes }: LogRecord): void {
  if (attributes.length > reading.limits.maxAttributes) reading.fail("attributes");
}

export const logs: Codec<LogsRequest> = message<LogsRequest>({
  resourceLogs: field(
    required(
      list(
        message<ResourceLogs>({
          resource: field(resource),
          scopeLogs: field(
            required(
              list(
                message<ScopeLogs>({
                  scope: field(scope),
                  logRecords: field(required(records(logRecord, checkLog))),
                  schemaUrl: field(text),
                }),
              ),
            ),
          ),
          schemaUrl: field(text),
        }),
      ),
    ),
  ),
});
