import {
  context as contexts,
  trace,
  type Attributes,
  type Context,
  type HrTime,
  type Logger,
  type LogRecord,
  type SpanContext,
} from "@opentelemetry/api";
import { LoggerProvider } from "@opentelemetry/sdk-logs";

import type { LogFace } from "../../export/index.ts";
import { stamp } from "../../identity.ts";
import { takeEmission } from "../../log/emit.ts";
import { hasIds } from "../../trace/trace.ts";
import { scope } from "../../trace/tracer.ts";
import { checkAttributes } from "./attribute-value.ts";
import { hrTimeOf } from "./hr-time.ts";
import type { Resource, Scope } from "./readable.ts";

/**
 * The logger of this package where start() set up the providers and nobody but our delivery listens: its records have their
 * session and need no record that processors could change, which costs more than to encode it.
 */
class EventLogger implements Logger {
  readonly #official: Logger;
  readonly #resource: Resource;
  readonly #delivery: LogFace;

  constructor(official: Logger, resource: Resource, delivery: LogFace) {
    this.#official = official;
    this.#resource = resource;
    this.#delivery = delivery;
  }

  enabled(...options: Parameters<Logger["enabled"]>): boolean {
    return this.#official.enabled(...options);
  }

  emit(record: LogRecord): void {
    const own = takeEmission();
    if (own === undefined) return this.#official.emit(record);
    const { context = contexts.active() } = record;
    const emitted = new EmittedRecord(record, context, this.#resource);
    stamp(emitted, { sessionId: own.sessionId, trace: undefined, foreign: false });
    this.#delivery.onEmit(emitted, context);
  }
}

class EmittedRecord {
  readonly resource: Resource;
  readonly instrumentationScope: Scope = scope;
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly spanContext: SpanContext | undefined;
  readonly severityNumber: number | undefined;
  readonly severityText: string | undefined;
  readonly eventName: string | undefined;
  readonly body: unknown;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;

  constructor(record: LogRecord, context: Context, resource: Resource) {
    const spanContext = trace.getSpanContext(context);
    this.resource = resource;
    this.hrTimeObserved = hrTimeOf(undefined);
    this.hrTime = record.timestamp === undefined ? this.hrTimeObserved : hrTimeOf(record.timestamp);
    this.spanContext = spanContext !== undefined && hasIds(spanContext) ? spanContext : undefined;
    this.severityNumber = record.severityNumber;
    this.severityText = record.severityText;
    this.eventName = record.eventName;
    this.body = record.body;
    this.attributes = record.attributes ?? {};
    this.droppedAttributesCount = checkAttributes(this.attributes).dropped;
  }
}

/** The SDK's provider, with a logger of its own for what this package tells itself. */
export class EventLoggerProvider extends LoggerProvider {
  readonly #events: Logger;

  constructor(
    options: ConstructorParameters<typeof LoggerProvider>[0],
    resource: Resource,
    delivery: LogFace,
  ) {
    super(options);
    const official = super.getLogger(scope.name, scope.version);
    this.#events = new EventLogger(official, resource, delivery);
  }

  override getLogger(...[name, version, options]: Parameters<LoggerProvider["getLogger"]>): Logger {
    return name === scope.name && version === scope.version
      ? this.#events
      : super.getLogger(name, version, options);
  }
}
