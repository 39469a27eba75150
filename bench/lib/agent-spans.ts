/**
 * Spans as a fleet of agents sends them, from a seed: the same bytes on every machine.
 *
 * A hundred sessions run at once, from four services, and their spans come interleaved. Per session 50 spans in 2 traces: a turn,
 * then model calls and tools in turn. About 16 attributes a span, 17 % with a prompt of 2 KB, 30 % with an event, 5 % with a
 * link, 4 % failed; about 1.3 KB of protobuf each. Simulated time runs at 1,000 spans a second.
 */
import {
  ByteWriter,
  encodeHeldResource,
  encodeHeldScope,
  type HeldAttributes,
  type HeldEvent,
  type HeldLink,
  type HeldSpan,
  type HrTime,
  joinRequest,
  writeHeldSpan,
} from "@throughline/core/otlp";
import { numbers, type Random, words } from "./seeded.ts";

const SESSIONS_AT_ONCE = 100;
const SPANS_PER_SESSION = 50;
const SPANS_PER_TRACE = 25;
const START_SECONDS = 1_780_000_000;

const MODELS = ["gpt-5.5-mini", "claude-sonnet-4-6", "gemini-3-pro", "qwen3-coder-plus"];
const TOOLS = ["read_file", "run_shell", "search_code", "apply_patch", "fetch_url", "list_issues"];
const AGENTS = ["planner", "coder", "reviewer"];
const USERS = 500;

export interface AgentSpans {
  /** The next spans, each with the number of its service. */
  spans(count: number): { readonly span: HeldSpan; readonly service: number }[];
  /** The next spans as an ExportTraceServiceRequest. */
  request(count?: number): Uint8Array;
}

export function agentSpans(seed: number): AgentSpans {
  const random = numbers(seed);
  const text = words(random);
  const active: Session[] = [];
  let made = 0;
  for (let i = 0; i < SESSIONS_AT_ONCE; i++) {
    const session = openSession(random);
    // Sessions begin at different times: fill the fleet in the middle of its work.
    session.done = random.below(SPANS_PER_SESSION);
    active.push(session);
  }

  function next(): { span: HeldSpan; service: number } {
    const slot = random.below(active.length);
    let session = active[slot]!;
    if (session.done >= SPANS_PER_SESSION) session = active[slot] = openSession(random);
    const span = spanOf(session, random, text, made++);
    session.done++;
    return { span, service: session.service };
  }

  const spans: AgentSpans["spans"] = (count) => Array.from({ length: count }, next);
  const writers = RESOURCES.map(() => new ByteWriter(1 << 20));
  return {
    spans,
    request(count = 500) {
      for (let i = 0; i < count; i++) {
        const { span, service } = next();
        writeHeldSpan(writers[service]!, span);
      }
      return joinRequest(
        writers.map((writer, service) => ({
          resource: RESOURCES[service]!,
          scopes: [{ scope: SCOPE, records: [writer.take()] }],
        })),
      );
    },
  };
}

const RESOURCES: readonly Uint8Array[] = [0, 1, 2, 3].map((service) =>
  encodeHeldResource({
    "service.name": `agent-service-${service}`,
    "service.version": "2.14.3",
    "service.instance.id": `6f2c1b8e-0d5a-4d6e-9a51-0c7be3d1a00${service}`,
    "deployment.environment.name": "production",
    "host.name": `agents-${service}.internal`,
    "process.pid": 4000 + service,
    "telemetry.sdk.language": "nodejs",
    "telemetry.sdk.name": "opentelemetry",
    "telemetry.sdk.version": "3.1.1",
  }),
);
const SCOPE = encodeHeldScope({ name: "@throughline/sdk", version: "1.0.0" });

interface Session {
  readonly id: string;
  readonly user: string;
  readonly service: number;
  readonly model: string;
  readonly agent: string;
  done: number;
  traceId: string;
  turnId: string;
}

function openSession(random: Random): Session {
  return {
    id: uuid(random),
    user: `user-${random.below(USERS)}`,
    service: random.below(RESOURCES.length),
    model: random.pick(MODELS),
    agent: random.pick(AGENTS),
    done: 0,
    traceId: random.hex(16),
    turnId: random.hex(8),
  };
}

function spanOf(
  session: Session,
  random: Random,
  text: (length: number) => string,
  n: number,
): HeldSpan {
  const spanId = random.hex(8);
  const isTurn = session.done % SPANS_PER_TRACE === 0;
  if (isTurn) {
    session.traceId = random.hex(16);
    session.turnId = spanId;
  }
  const isModelCall = !isTurn && random.chance(0.5);
  const tool = random.pick(TOOLS);
  const failed = random.chance(0.04);
  const startTime: HrTime = [
    START_SECONDS + Math.floor(n / 1000),
    (n % 1000) * 1_000_000 + random.below(1_000_000),
  ];
  const endTime: HrTime = [startTime[0] + 1 + random.below(20), startTime[1]];
  const { traceId } = session;
  const context = { traceId, spanId, traceFlags: 1 };
  const attributes = isModelCall
    ? modelCall(session, random, text)
    : isTurn
      ? turn(session, text)
      : toolCall(session, tool, random, text);
  return {
    name: isModelCall
      ? `chat ${session.model}`
      : isTurn
        ? `invoke_agent ${session.agent}`
        : `execute_tool ${tool}`,
    kind: isModelCall ? 2 : 0,
    spanContext: () => context,
    parentSpanContext: isTurn ? undefined : { traceId, spanId: session.turnId, traceFlags: 1 },
    startTime,
    endTime,
    status: failed ? { code: 2, message: "the model provider answered 529" } : { code: 0 },
    attributes,
    events: random.chance(0.3) ? [event(startTime, failed, random, text)] : [],
    links: random.chance(0.05) ? [link(random)] : [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function common(session: Session, operation: string): { [key: string]: unknown } {
  return {
    "session.id": session.id,
    "user.id": session.user,
    "gen_ai.operation.name": operation,
    "gen_ai.conversation.id": session.id,
    "gen_ai.agent.name": session.agent,
    "gen_ai.agent.id": `agent-${session.agent}`,
    "throughline.turn.id": session.turnId,
    "code.file.path": "src/agent/loop.ts",
    "code.line.number": 118,
  };
}

function turn(session: Session, text: (length: number) => string): HeldAttributes {
  return {
    ...common(session, "invoke_agent"),
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": session.model,
    "throughline.turn.index": Math.floor(session.done / SPANS_PER_TRACE),
    "gen_ai.input.messages": text(300),
  };
}

function modelCall(
  session: Session,
  random: Random,
  text: (length: number) => string,
): HeldAttributes {
  const attributes = {
    ...common(session, "chat"),
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": session.model,
    "gen_ai.response.model": `${session.model}-2026-08-01`,
    "gen_ai.response.id": `chatcmpl-${random.hex(12)}`,
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.usage.input_tokens": 200 + random.below(8000),
    "gen_ai.usage.output_tokens": 20 + random.below(900),
    "throughline.cost.usd": random.below(100_000) / 1_000_000,
  };
  // Half of the spans are model calls, a third of those carry their prompt: 17 % of all.
  return random.chance(0.354) ? { ...attributes, "gen_ai.input.messages": text(2048) } : attributes;
}

function toolCall(
  session: Session,
  tool: string,
  random: Random,
  text: (length: number) => string,
): HeldAttributes {
  return {
    ...common(session, "execute_tool"),
    "gen_ai.tool.name": tool,
    "gen_ai.tool.type": "function",
    "gen_ai.tool.call.id": `call_${random.hex(12)}`,
    "gen_ai.tool.call.arguments": text(40 + random.below(160)),
    "gen_ai.tool.call.result": text(50 + random.below(200)),
    "throughline.tool.cached": random.chance(0.1),
  };
}

function event(
  time: HrTime,
  failed: boolean,
  random: Random,
  text: (length: number) => string,
): HeldEvent {
  return failed
    ? {
        name: "exception",
        time,
        attributes: {
          "exception.type": "ProviderError",
          "exception.message": text(60),
          "exception.stacktrace": text(600),
        },
      }
    : {
        name: "gen_ai.choice",
        time,
        attributes: {
          index: 0,
          finish_reason: "stop",
          "gen_ai.event.preview": text(40 + random.below(60)),
        },
      };
}

function link(random: Random): HeldLink {
  return {
    context: { traceId: random.hex(16), spanId: random.hex(8), traceFlags: 1, isRemote: true },
    attributes: { "throughline.link.reason": "retry" },
  };
}

function uuid(random: Random): string {
  const h = random.hex(16);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20)}`;
}
