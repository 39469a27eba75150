import { segmentRoot, sessionRoot } from "@throughline/core";
import type { LogRecord, SpanRecord } from "@throughline/core/record";

import { type Attributes, epoch, log, map, second, span } from "./telemetry.ts";

/** The session of the contract's own vector; its derived root is `root`. */
export const session = "33878ff9-1467-43ef-a692-634a21bbb1bf";
export const root: { readonly traceId: string; readonly spanId: string } = sessionRoot(session);
export const other = "another-session";
export const otherRoot: { readonly traceId: string; readonly spanId: string } = sessionRoot(other);
export const segment: { readonly traceId: string; readonly spanId: string } = segmentRoot(
  session,
  "support-agent-1",
  1,
);

/** Hex ids that read as what they are for: `trace("a")`, `id("1")`. */
export const trace = (letter: string): string => letter.repeat(32);
export const id = (letter: string): string => letter.repeat(16);

type Given = Parameters<typeof span>[0];

/** A span of the session, made by somebody who only stamps it. */
export function stamped(given: Given): SpanRecord {
  return span({ ...given, attributes: { "session.id": session, ...given.attributes } });
}

/** A step of the session as our SDK makes it, in the session's own trace. */
export function step(kind: string, given: Given = {}): SpanRecord {
  const { traceId } = root;
  const turn = { "throughline.turn.id": "turn-0", "throughline.turn.index": 0 };
  return stamped({
    traceId,
    name: kind,
    parentSpanId: kind === "session" ? "" : id("1"),
    ...given,
    attributes: {
      "throughline.step": kind,
      ...(kind === "session" ? {} : { ...turn, "throughline.outcome": "ok" }),
      ...given.attributes,
    },
  });
}

export const sessionSpan: SpanRecord = step("session", { ...root, name: "session support" });

export const turn: SpanRecord = step("turn", {
  spanId: id("1"),
  parentSpanId: root.spanId,
  name: "invoke_agent support",
});

const calling = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "gpt-5.4",
};

/** A model call below the turn; `attributes` change what a good one says. */
export function llm(attributes: Attributes = {}, given: Given = {}): SpanRecord {
  return step("llm", {
    spanId: id("2"),
    name: "chat gpt-5.4",
    spanKind: "client",
    ...given,
    attributes: {
      ...calling,
      "gen_ai.usage.input_tokens": 812,
      "gen_ai.usage.output_tokens": 96,
      ...attributes,
    },
  });
}

export function tool(attributes: Attributes = {}, given: Given = {}): SpanRecord {
  return step("tool", {
    spanId: id("3"),
    name: "execute_tool refund",
    ...given,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "refund",
      "gen_ai.tool.call.id": "call_1",
      ...attributes,
    },
  });
}

/** Root and turn: what most cases stand in. */
export const home: readonly SpanRecord[] = [sessionSpan, turn];

/** A log line of the session on its turn. */
export function line(given: Parameters<typeof log>[0] = {}): LogRecord {
  return log({
    traceId: root.traceId,
    spanId: id("1"),
    ...given,
    attributes: { "session.id": session, ...given.attributes },
  });
}

export function event(eventName: string, attributes: Attributes = {}): LogRecord {
  return line({ ...root, eventName, body: null, attributes });
}

export const started: LogRecord = event("session.start");
export const ended: LogRecord = event("session.end", { "throughline.outcome": "ok" });

/** The announcement of a span still open. */
export function announced(of: SpanRecord): LogRecord {
  return line({
    traceId: of.traceId,
    spanId: of.spanId,
    eventName: "throughline.span.start",
    attributes: { "throughline.span.name": of.name },
  });
}

/** A record of another session. */
export function ofOther<Kind extends SpanRecord | LogRecord>(record: Kind): Kind {
  return { ...record, attributes: map({ ...record.attributes, "session.id": other }) };
}

export function without<Kind extends SpanRecord | LogRecord>(
  record: Kind,
  ...keys: string[]
): Kind {
  const gone = Object.fromEntries(keys.map((key) => [key, undefined]));
  return { ...record, attributes: map({ ...record.attributes, ...gone }) };
}

export const lateBy = (seconds: number): bigint => epoch + BigInt(seconds) * second;
