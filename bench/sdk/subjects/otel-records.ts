import {
  context,
  logs,
  ROOT_CONTEXT,
  trace,
  type Context,
  type Logger,
  type Span,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";

import { llm, tool, type Subject } from "../subject.ts";

type Identity = Readonly<Record<string, string | number>>;

/**
 * Plain OpenTelemetry 3.x told to write what a session consists of: the same spans, the same attributes on each, the same log
 * records. What a program has to do that wants what the contract asks for and has nothing but the SDK.
 */
export function otelRecords(endpoint: string, turnsPerSession: number): Subject {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const traceExporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces` });
  const spans = new TracerProvider({
    spanProcessors: [new BatchSpanProcessor({ exporter: traceExporter })],
  });
  const logExporter = new OTLPLogExporter({ url: `${endpoint}/v1/logs` });
  const events = new LoggerProvider({
    processors: [new BatchLogRecordProcessor({ exporter: logExporter })],
  });
  trace.setGlobalTracerProvider(spans);
  logs.setGlobalLoggerProvider(events);
  const logger = logs.getLogger("bench");

  let session: { readonly id: string; readonly root: Context } | undefined;
  let turns = 0;
  return {
    step(content) {
      const index = turns++ % turnsPerSession;
      session = index === 0 ? open(logger) : session;
      if (session === undefined) return;
      turn(session, index, turnsPerSession > 1, content);
      if (index === turnsPerSession - 1) {
        tell(logger, "session.end", session, { "throughline.outcome": "ok" });
      }
    },
    flush: () => Promise.all([spans.forceFlush(), events.forceFlush()]),
  };
}

function open(logger: Logger): { readonly id: string; readonly root: Context } {
  const id = crypto.randomUUID();
  const agent = { "gen_ai.agent.name": "support" };
  const root = trace
    .getTracer("bench")
    .startSpan(
      "session support",
      { attributes: { "session.id": id, "throughline.step": "session", ...agent } },
      ROOT_CONTEXT,
    );
  root.end();
  const session = { id, root: trace.setSpan(ROOT_CONTEXT, root) };
  tell(logger, "session.start", session, agent);
  return session;
}

function tell(
  logger: Logger,
  eventName: string,
  { id, root }: { readonly id: string; readonly root: Context },
  attributes: Identity,
): void {
  logger.emit({
    eventName,
    severityNumber: 9,
    severityText: "INFO",
    context: root,
    attributes: { "session.id": id, ...attributes },
  });
}

function turn(
  { id, root }: { readonly id: string; readonly root: Context },
  index: number,
  withAction: boolean,
  content: string | undefined,
): void {
  const identity = {
    "session.id": id,
    "throughline.turn.id": crypto.randomUUID(),
    "throughline.turn.index": index,
  };
  const attributes = {
    ...identity,
    "throughline.step": "turn",
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": "support",
  };
  const tracer = trace.getTracer("bench");
  tracer.startActiveSpan("invoke_agent support", { attributes }, root, (span) => {
    if (withAction) {
      const action = { ...identity, "throughline.step": "action" };
      tracer.startActiveSpan("action answer", { attributes: action }, (inner) => {
        calls(identity, content);
        end(inner);
      });
    } else calls(identity, content);
    end(span);
  });
}

function calls(identity: Identity, content: string | undefined): void {
  const tracer = trace.getTracer("bench");
  const {
    "gen_ai.response.model": model,
    "gen_ai.usage.input_tokens": inputTokens,
    "gen_ai.usage.output_tokens": outputTokens,
    ...request
  } = llm;
  const attributes = {
    ...identity,
    ...request,
    "throughline.step": "llm",
    "throughline.llm.attempt": 1,
  };
  tracer.startActiveSpan("chat gpt-5.4", { attributes }, (span) => {
    span.setAttributes({
      "gen_ai.response.model": model,
      "gen_ai.usage.input_tokens": inputTokens,
      "gen_ai.usage.output_tokens": outputTokens,
      ...(content !== undefined && { "gen_ai.input.messages": content }),
    });
    end(span);
  });
  for (let i = 0; i < 2; i++) {
    const options = {
      attributes: {
        ...tool(i),
        ...identity,
        "throughline.step": "tool",
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.agent.name": "support",
      },
    };
    tracer.startActiveSpan(`execute_tool tool-${i}`, options, end);
  }
}

function end(span: Span): void {
  span.setAttribute("throughline.outcome", "ok");
  span.end();
}
