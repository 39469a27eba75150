/**
 * Records as a fleet of agents that keep the contract sends them, from a seed: 200 sessions at once, interleaved, each of 20 turns
 * of 25 records (model calls, tools with approval and execution, log lines), a third of them with a trace a turn. About 16
 * attributes a span; one model call in four carries 2 KB of messages, as its resource says.
 */
import { sessionRoot } from "@throughline/core";
import type {
  LogRecord,
  PlainMap,
  PlainValue,
  Resource,
  SpanLink,
  SpanRecord,
  TelemetryRecord,
} from "@throughline/core/record";
import { numbers, type Random, words } from "../lib/seeded.ts";

const AT_ONCE = 200;
const TURNS = 20;
const MODELS = ["gpt-5.5-mini", "claude-sonnet-4-6", "gemini-3-pro", "qwen3-coder-plus"];
const TOOLS = ["read_file", "run_shell", "search_code", "apply_patch"];
const SCOPE = { name: "@throughline/sdk", version: "0.1.0", attributes: map({}) };

export interface Fleet {
  next(): TelemetryRecord;
  /** What is still to come of the sessions that are open. */
  rest(): readonly TelemetryRecord[];
}

interface Session {
  readonly id: string;
  readonly apart: boolean;
  readonly resource: Resource;
  readonly root: { readonly traceId: string; readonly spanId: string };
  readonly waiting: TelemetryRecord[];
  turns: number;
  nowNs: bigint;
}

/** `faulty`: the share of spans that lost their session id. */
export function fleet(seed: number, faulty = 0): Fleet {
  const random = numbers(seed);
  const text = words(random);
  const services = ["planner", "coder", "reviewer", "support"].map((service) => ({
    attributes: map({
      "service.name": service,
      "service.instance.id": random.hex(8),
      "service.version": "1.4.2",
      "host.name": `node-${random.below(20)}`,
      "throughline.content.capture": "span",
    }),
  }));
  const open = (): Session => {
    const id = uuid(random);
    const session: Session = {
      id,
      apart: random.chance(1 / 3),
      resource: random.pick(services),
      root: sessionRoot(id),
      waiting: [],
      turns: 0,
      nowNs: 1_795_000_000_000_000_000n,
    };
    openSession(session);
    return session;
  };
  const sessions = Array.from({ length: AT_ONCE }, open);
  return {
    next() {
      const slot = random.below(AT_ONCE);
      let session = sessions[slot]!;
      if (session.waiting.length === 0) {
        if (session.turns > TURNS) session = sessions[slot] = open();
        else if (session.turns === TURNS) closeSession(session);
        else takeTurn(session, random, text);
        session.turns++;
      }
      const record = session.waiting.shift()!;
      return record.kind === "span" && random.chance(faulty) ? withoutSession(record) : record;
    },
    rest: () =>
      sessions.flatMap((session) => {
        if (session.turns <= TURNS) closeSession(session);
        return session.waiting.splice(0);
      }),
  };
}

function openSession(session: Session): void {
  const identity = { "session.id": session.id };
  session.waiting.push(
    event(session, session.root, "session.start", identity),
    span(session, {
      ...session.root,
      name: "session coder",
      attributes: map({ ...identity, "throughline.step": "session" }),
    }),
  );
}

function closeSession(session: Session): void {
  session.waiting.push(
    event(session, session.root, "session.end", {
      "session.id": session.id,
      "throughline.outcome": "ok",
    }),
  );
}

/** Children first, as spans end. */
function takeTurn(session: Session, random: Random, text: (length: number) => string): void {
  const turn = {
    traceId: session.apart ? random.hex(16) : session.root.traceId,
    spanId: random.hex(8),
  };
  const identity = {
    "session.id": session.id,
    "throughline.turn.id": random.hex(8),
    "throughline.turn.index": session.turns,
    "gen_ai.agent.name": "coder",
    "throughline.channel.type": "cli",
    "throughline.agent.run_id": random.hex(8),
  };
  const { waiting } = session;
  const startNs = tick(session);
  waiting.push(
    event(session, turn, "throughline.span.start", {
      ...identity,
      "throughline.step": "turn",
      "throughline.span.name": "invoke_agent coder",
    }),
  );
  for (let step = 0; step < 4; step++) {
    const model = random.pick(MODELS);
    waiting.push(
      span(session, {
        traceId: turn.traceId,
        spanId: random.hex(8),
        parentSpanId: turn.spanId,
        name: `chat ${model}`,
        spanKind: "client",
        attributes: map({
          ...identity,
          "throughline.step": "llm",
          "throughline.outcome": "ok",
          "throughline.llm.attempt": 1,
          "gen_ai.operation.name": "chat",
          "gen_ai.provider.name": "openai",
          "gen_ai.request.model": model,
          "gen_ai.response.model": model,
          "gen_ai.response.id": `resp_${random.hex(12)}`,
          "gen_ai.usage.input_tokens": random.below(9_000),
          "gen_ai.usage.output_tokens": random.below(900),
          "throughline.cost.amount": random.below(100) / 1_000,
          "throughline.cost.currency": "USD",
          "throughline.cost.source": "priced",
          ...(random.chance(0.25)
            ? {
                "gen_ai.input.messages": `[{"role":"user","parts":[{"type":"text","content":"${text(2_000)}"}]}]`,
              }
            : {}),
        }),
      }),
      line(session, turn, text(80)),
    );
    const tool = random.pick(TOOLS);
    const call = random.hex(8);
    waiting.push(
      ...["tool.approval", "tool.execution"].map((part) =>
        span(session, {
          traceId: turn.traceId,
          spanId: random.hex(8),
          parentSpanId: call,
          name: `${part} ${tool}`,
          attributes: map({
            ...identity,
            "throughline.step": part,
            "throughline.outcome": "ok",
            "gen_ai.tool.name": tool,
          }),
        }),
      ),
      span(session, {
        traceId: turn.traceId,
        spanId: call,
        parentSpanId: turn.spanId,
        name: `execute_tool ${tool}`,
        attributes: map({
          ...identity,
          "throughline.step": "tool",
          "throughline.outcome": "ok",
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.tool.name": tool,
          "gen_ai.tool.call.id": `call_${random.hex(8)}`,
          "gen_ai.tool.type": "function",
          "throughline.tool.arguments.size": random.below(4_000),
          "throughline.tool.arguments.sha256": random.hex(8),
        }),
        startNs: startNs + 1n,
      }),
      line(session, { traceId: turn.traceId, spanId: call }, text(120)),
    );
  }
  waiting.push(
    span(session, {
      ...turn,
      parentSpanId: session.apart ? "" : session.root.spanId,
      name: "invoke_agent coder",
      attributes: map({ ...identity, "throughline.step": "turn", "throughline.outcome": "ok" }),
      links: session.apart
        ? [{ ...session.root, attributes: map({ "throughline.link": "session" }) }]
        : [],
      startNs,
    }),
  );
}

type Given = Pick<SpanRecord, "traceId" | "spanId" | "name" | "attributes"> &
  Partial<Pick<SpanRecord, "parentSpanId" | "spanKind" | "startNs">> & {
    readonly links?: readonly SpanLink[];
  };

function span(session: Session, given: Given): SpanRecord {
  const startNs = given.startNs ?? tick(session);
  return {
    kind: "span",
    traceId: given.traceId,
    spanId: given.spanId,
    parentSpanId: given.parentSpanId ?? "",
    parentIsRemote: false,
    name: given.name,
    spanKind: given.spanKind ?? "internal",
    startNs,
    endNs: tick(session),
    status: { code: "unset", message: "" },
    attributes: given.attributes,
    events: [],
    links: given.links ?? [],
    resource: session.resource,
    scope: SCOPE,
  };
}

function event(
  session: Session,
  at: { readonly traceId: string; readonly spanId: string },
  eventName: string,
  attributes: Readonly<Record<string, PlainValue>>,
): LogRecord {
  return { ...line(session, at, null), eventName, attributes: map(attributes) };
}

function line(
  session: Session,
  { spanId, traceId }: { readonly traceId: string; readonly spanId: string },
  body: string | null,
): LogRecord {
  return {
    kind: "log",
    traceId,
    spanId,
    timeNs: tick(session),
    severityNumber: 9,
    severityText: "INFO",
    eventName: "",
    body: body === null ? null : flat(body),
    attributes: map({ "session.id": session.id, "code.file.path": "src/agent.ts" }),
    resource: session.resource,
    scope: SCOPE,
  };
}

function withoutSession(record: SpanRecord): SpanRecord {
  const { "session.id": _, ...attributes } = record.attributes;
  return { ...record, attributes: map(attributes) };
}

function tick(session: Session): bigint {
  session.nowNs += 10_000_000n;
  return session.nowNs;
}

function map(attributes: Readonly<Record<string, PlainValue>>): PlainMap {
  const made = Object.create(null);
  for (const [key, value] of Object.entries(attributes))
    made[key] = typeof value === "string" ? flat(value) : value;
  return made;
}

/** One piece of memory, as a decoder leaves it: a text glued together here would be slow to read there. */
function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

function uuid(random: Random): string {
  const hex = random.hex(16);
  return [0, 8, 12, 16, 20]
    .map((from, part) => hex.slice(from, [8, 12, 16, 20, 32][part]))
    .join("-");
}
