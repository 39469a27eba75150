import { NO_SPAN_ID, NO_TRACE_ID } from "../decode/ids.ts";
import type {
  ResourceSpans,
  ScopeSpans,
  Span,
  SpanEvent,
  SpanLink,
  TracesRequest,
} from "../model.ts";
import { type Codec, field, list, message, records, required } from "./codec.ts";
import type { JsonReading } from "./reading.ts";
import { enumeration, id, nanos, text, uint32 } from "./scalars.ts";
import { attributes, resource, scope } from "./values.ts";

const event = message<SpanEvent>({
  timeUnixNano: field(required(nanos)),
  name: field(required(text)),
  attributes: field(attributes),
  droppedAttributesCount: field(uint32),
});

const link = message<SpanLink>({
  traceId: field(required(id)),
  spanId: field(required(id)),
  traceState: field(text),
  attributes: field(attributes),
  droppedAttributesCount: field(uint32),
  flags: field(uint32),
});

const status: Codec<Span["status"]> = {
  ...message<Span["status"]>({
    message: field(text),
    code: field(enumeration({ STATUS_CODE_UNSET: 0, STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 })),
  }),
  empty: () => ({ message: "", code: 0 }),
  omits: ({ message, code }) => message === "" && code === 0,
};

/** Some emitters write a root's parent as zeros. */
const parentId: Codec<string> = {
  ...id,
  read(reading, value) {
    const parent = id.read(reading, value);
    return parent === NO_SPAN_ID ? "" : parent;
  },
};

const span = message<Span>({
  traceId: field(required(id)),
  spanId: field(required(id)),
  traceState: field(text),
  parentSpanId: field(parentId),
  flags: field(uint32),
  name: field(required(text)),
  kind: field(
    required(
      enumeration({
        SPAN_KIND_UNSPECIFIED: 0,
        SPAN_KIND_INTERNAL: 1,
        SPAN_KIND_SERVER: 2,
        SPAN_KIND_CLIENT: 3,
        SPAN_KIND_PRODUCER: 4,
        SPAN_KIND_CONSUMER: 5,
      }),
    ),
  ),
  startTimeUnixNano: field(required(nanos)),
  endTimeUnixNano: field(required(nanos)),
  attributes: field(attributes),
  droppedAttributesCount: field(uint32),
  events: field(list(event)),
  droppedEventsCount: field(uint32),
  links: field(list(link)),
  droppedLinksCount: field(uint32),
  status: field(status),
});

/** The same rules as for protobuf. */
function checkSpan(
  reading: JsonReading,
  { traceId, spanId, parentSpanId, attributes }: Span,
): void {
  if (traceId.length !== 32 || traceId === NO_TRACE_ID) reading.fail("trace-id");
  if (spanId.length !== 16 || spanId === NO_SPAN_ID) reading.fail("span-id");
  if (parentSpanId.length !== 16 && parentSpanId !== "") reading.fail("parent-id");
  if (attributes.length > reading.limits.maxAttributes) reading.fail("attributes");
}

export const traces: Codec<TracesRequest> = message<TracesRequest>({
  resourceSpans: field(
    required(
      list(
        message<ResourceSpans>({
          resource: field(resource),
          scopeSpans: field(
            required(
              list(
                message<ScopeSpans>({
                  scope: field(scope),
                  spans: field(required(records(span, checkSpan))),
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
