import { attr, eventNames, sessionRoot, spanName, type Outcome } from "@throughline/core";
import {
  encodeLogs,
  encodeTraces,
  type KeyValue,
  type LogRecord,
  type Span,
} from "@throughline/core/otlp";

import { version } from "../version.ts";
import { type Behind, doorOf } from "./environment.ts";

/** What `run` says itself about the session it opens: its root, its beginning and its end. */
export interface OwnRecords {
  begin(): Promise<void>;
  end(outcome: Outcome): Promise<void>;
}

const service = "throughline-run";
const info = 9;

/** `agent` is who works in the session. */
export function ownRecords(behind: Behind, agent: string): OwnRecords {
  const root = sessionRoot(behind.session);
  const about = pairs({ [attr.sessionId]: behind.session, [attr.channelType]: "cli" });
  const event = (name: string, attributes: readonly KeyValue[]): LogRecord => ({
    timeUnixNano: now(),
    observedTimeUnixNano: now(),
    severityNumber: info,
    severityText: "INFO",
    body: undefined,
    attributes: [...about, ...attributes],
    droppedAttributesCount: 0,
    flags: 1,
    ...root,
    eventName: name,
  });
  const named = pairs({ [attr.genAiAgentName]: agent });
  return {
    async begin() {
      const start = now();
      const span: Span = {
        ...root,
        traceState: "",
        parentSpanId: "",
        flags: 0x101,
        name: spanName("session", agent),
        kind: 1,
        startTimeUnixNano: start,
        endTimeUnixNano: start,
        attributes: [...about, ...pairs({ [attr.step]: "session" }), ...named],
        droppedAttributesCount: 0,
        events: [],
        droppedEventsCount: 0,
        links: [],
        droppedLinksCount: 0,
        status: { message: "", code: 0 },
      };
      const scopeSpans = [{ scope: scope(), spans: [span], schemaUrl: "" }];
      const resourceSpans = [{ resource: resource(), scopeSpans, schemaUrl: "" }];
      await send(behind, "traces", encodeTraces({ resourceSpans }));
      await sendLog(behind, event(eventNames.sessionStart, named));
    },
    async end(outcome) {
      await sendLog(behind, event(eventNames.sessionEnd, pairs({ [attr.outcome]: outcome })));
    },
  };
}

function sendLog(behind: Behind, record: LogRecord): Promise<void> {
  const scopeLogs = [{ scope: scope(), logRecords: [record], schemaUrl: "" }];
  const resourceLogs = [{ resource: resource(), scopeLogs, schemaUrl: "" }];
  return send(behind, "logs", encodeLogs({ resourceLogs }));
}

/** What comes of it is seen when the session is read: a backend that fails must not fail the command. */
async function send(behind: Behind, signal: "traces" | "logs", body: Uint8Array): Promise<void> {
  const { token } = behind;
  const headers = {
    "content-type": "application/x-protobuf",
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const asked = { method: "POST", headers, body: new Uint8Array(body) };
  const response = await fetch(`${doorOf(behind)}/v1/${signal}`, asked).catch(() => undefined);
  await response?.arrayBuffer().catch(() => undefined);
}

function resource() {
  const attributes = pairs({ [attr.serviceName]: service, [attr.contentCapture]: "off" });
  return { attributes, droppedAttributesCount: 0, entityRefs: [] };
}

function scope() {
  return {
    name: "throughline",
    version: version(),
    attributes: [],
    droppedAttributesCount: 0,
  };
}

function pairs(values: Readonly<Record<string, string>>): KeyValue[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: value } }));
}

function now(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1_000)) * 1_000n;
}
