import {
  ByteWriter,
  encodeHeldResource,
  encodeHeldScope,
  type HeldLog,
  type HeldSpan,
  type HrTime,
  joinRequest,
  writeHeldLog,
  writeHeldSpan,
} from "@throughline/core/otlp";
import { agentSpans } from "../lib/agent-spans.ts";
import { numbers, words } from "../lib/seeded.ts";

/** Stands in one of 10,000 log lines. */
export const RARE = "quixotic-zebra";

export interface Batch {
  readonly traces: Uint8Array;
  readonly logs: Uint8Array;
  readonly records: number;
}

const SERVICES = 4;
const SPANS = 500;
const LOGS_PER_SPAN = 0.5;
/** Simulated time runs at 1,000 spans a second. */
const SPANS_PER_SECOND = 1_000;

/** Sessions of agents with their log lines, up to now: engines refuse what is old. Adds the sessions to `known`. */
export function* telemetry(spans: number, seed: number, known: Set<string>): Generator<Batch> {
  const agents = agentSpans(seed);
  const random = numbers(seed + 1);
  const text = words(random);
  const began = Math.floor(Date.now() / 1_000) - Math.ceil(spans / SPANS_PER_SECOND) - 60;
  const writers = {
    spans: Array.from({ length: SERVICES }, () => new ByteWriter(1 << 20)),
    logs: Array.from({ length: SERVICES }, () => new ByteWriter(1 << 20)),
  };
  let shift: number | undefined;
  for (let sent = 0; sent < spans; sent += SPANS) {
    let records = 0;
    for (const { service, span } of agents.spans(SPANS)) {
      shift ??= began - span.startTime[0];
      const moved = movedBy(span, shift);
      writeHeldSpan(writers.spans[service]!, moved);
      records++;
      const session = span.attributes["session.id"];
      if (typeof session === "string" && known.size < 20_000) known.add(session);
      if (!random.chance(LOGS_PER_SPAN)) continue;
      const rare = random.chance(0.0001) ? ` ${RARE} ` : " ";
      const body = `${text(40 + random.below(120))}${rare}${text(20 + random.below(120))}`;
      writeHeldLog(writers.logs[service]!, logOf(moved, body, random.chance(0.05)));
      records++;
    }
    yield { traces: joined(writers.spans), logs: joined(writers.logs), records };
  }
}

function movedBy(span: HeldSpan, seconds: number): HeldSpan {
  const moved = ([s, ns]: HrTime): HrTime => [s + seconds, ns];
  return {
    ...span,
    startTime: moved(span.startTime),
    endTime: moved(span.endTime),
    events: span.events.map((event) => ({ ...event, time: moved(event.time) })),
  };
}

function logOf(span: HeldSpan, body: string, failed: boolean): HeldLog {
  return {
    hrTime: span.startTime,
    hrTimeObserved: span.startTime,
    spanContext: span.spanContext(),
    severityNumber: failed ? 17 : 9,
    severityText: failed ? "ERROR" : "INFO",
    body,
    attributes: {
      "session.id": span.attributes["session.id"],
      "gen_ai.operation.name": span.attributes["gen_ai.operation.name"],
      "user.id": span.attributes["user.id"],
    },
    droppedAttributesCount: 0,
  };
}

const SCOPE = encodeHeldScope({ name: "@throughline/sdk", version: "1.0.0" });
const RESOURCES = Array.from({ length: SERVICES }, (_none, service) =>
  encodeHeldResource({
    "service.name": `agent-service-${service}`,
    "service.version": "2.14.3",
    "deployment.environment.name": "production",
    "host.name": `agents-${service}.internal`,
  }),
);

function joined(writers: readonly ByteWriter[]): Uint8Array {
  return joinRequest(
    writers.map((writer, service) => ({
      resource: RESOURCES[service]!,
      scopes: [{ scope: SCOPE, records: [writer.take()] }],
    })),
  );
}
