import type { HeldLog, HeldSpan } from "@throughline/core/otlp";

/** A span's fields are getters of its class: they are named one by one rather than spread. */
export function spanWith(held: HeldSpan, changes: Partial<HeldSpan>): HeldSpan {
  return {
    name: held.name,
    kind: held.kind,
    spanContext: () => held.spanContext(),
    parentSpanContext: held.parentSpanContext,
    startTime: held.startTime,
    endTime: held.endTime,
    status: held.status,
    attributes: held.attributes,
    links: held.links,
    events: held.events,
    droppedAttributesCount: held.droppedAttributesCount,
    droppedEventsCount: held.droppedEventsCount,
    droppedLinksCount: held.droppedLinksCount,
    ...changes,
  };
}

export function logWith(held: HeldLog, changes: Partial<HeldLog>): HeldLog {
  return {
    hrTime: held.hrTime,
    hrTimeObserved: held.hrTimeObserved,
    spanContext: held.spanContext,
    severityNumber: held.severityNumber,
    severityText: held.severityText,
    eventName: held.eventName,
    body: held.body,
    attributes: held.attributes,
    droppedAttributesCount: held.droppedAttributesCount,
    ...changes,
  };
}
