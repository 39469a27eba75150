import {
  argumentsFingerprint,
  carrierEnvironment,
  carrierOfEnvironment,
  formatTraceparent,
  keyedSessionId,
  mayCarrySession,
  parseBaggage,
  parseSessionId,
  profile as namedProfile,
  readBaggage,
  readCarrier,
  readLogFields,
  readNames,
  redact,
  maskSecrets,
  secretsIn,
  segmentRoot,
  sessionLogFields,
  sessionRoot,
  spanName,
  spanShapes,
  wireName,
  writeBaggage,
  writeCarrier,
  type CarriedIds,
  type CarrierText,
  type Environment,
  type Place,
  type Profile,
  type SessionIdSource,
  type StepKind,
} from "@throughline/core";
import { describe, expect, test } from "vitest";

import { readVectors, vectorFiles, type Vectors } from "./vectors.ts";

const walked = new Set<string>();

function walk<Input>({ file, cases }: Vectors<Input>, run: (input: Input) => unknown): void {
  walked.add(file);
  describe(file, () => {
    for (const { name, input, expected } of cases)
      test(name, () => expect(run(input)).toEqual(expected));
  });
}

walk(
  readVectors<{ value: unknown; source: SessionIdSource }>("session-id.json"),
  ({ value, source }) => {
    const reading = parseSessionId(value, source);
    return {
      result: reading.result,
      id: reading.id ?? null,
      fault: "fault" in reading ? reading.fault : null,
    };
  },
);

walk(
  readVectors<{ key: string; personal: string }>("keyed-session-id.json"),
  ({ key, personal }) => keyedSessionId(key, personal) ?? null,
);

walk(
  readVectors<{ session: string; instance?: string; k?: number }>("topology.json"),
  ({ session, instance, k }) => {
    const root =
      instance === undefined || k === undefined
        ? sessionRoot(session)
        : segmentRoot(session, instance, k);
    return { trace_id: root.traceId, span_id: root.spanId };
  },
);

walk(readVectors<{ text: string }>("tool-arguments.json"), ({ text }) =>
  argumentsFingerprint(text),
);

walk(
  readVectors<{ step: StepKind; subject: string | null; operation: string | null }>(
    "span-names.json",
  ),
  (input) => ({
    name: spanName(input.step, input.subject ?? undefined, input.operation ?? undefined),
    kind: spanShapes[input.step].kind,
  }),
);

walk(
  readVectors<{ traceparent: string | null; tracestate: string | null }>("trace-context.json"),
  ({ traceparent, tracestate }) => {
    const read = readCarrier({
      traceparent: traceparent ?? undefined,
      tracestate: tracestate ?? undefined,
    });
    const written = writeCarrier(read).text;
    return {
      context: read.context
        ? {
            trace_id: read.context.traceId,
            span_id: read.context.spanId,
            flags: read.context.flags,
          }
        : null,
      tracestate: read.tracestate.map(({ key, value }) => [key, value]),
      written: {
        traceparent: written.traceparent ?? null,
        tracestate: written.tracestate ?? null,
      },
    };
  },
);

interface WireIds {
  readonly session_id?: string | null;
  readonly turn_id?: string | null;
  readonly turn_index?: number | null;
  readonly agent_run_id?: string | null;
}

const fromWire = (ids: WireIds): CarriedIds => ({
  sessionId: ids.session_id ?? undefined,
  turnId: ids.turn_id ?? undefined,
  turnIndex: ids.turn_index ?? undefined,
  agentRunId: ids.agent_run_id ?? undefined,
});

const toWire = (ids: CarriedIds): WireIds => ({
  session_id: ids.sessionId ?? null,
  turn_id: ids.turnId ?? null,
  turn_index: ids.turnIndex ?? null,
  agent_run_id: ids.agentRunId ?? null,
});

walk(
  readVectors<{ headers: string[]; send: WireIds; profile: string }>("baggage.json"),
  (input) => {
    const profile = namedProfile(input.profile);
    const inbound = parseBaggage(input.headers);
    const { header, dropped } = writeBaggage(inbound, fromWire(input.send), profile);
    const read = toWire(readBaggage(inbound, profile));
    return { read, malformed: inbound.malformed, header, dropped };
  },
);

walk(
  readVectors<{ environment: Environment; send: CarrierText }>("environment.json"),
  ({ environment, send }) => {
    const { context, session, ...ids } = readCarrier(carrierOfEnvironment(environment));
    return {
      received: {
        traceparent: context ? formatTraceparent(context) : null,
        ...toWire({ ...ids, sessionId: session?.id }),
      },
      child: carrierEnvironment(environment, send),
    };
  },
);

walk(readVectors<{ host: string; extra: string[] }>("destinations.json"), ({ host, extra }) =>
  mayCarrySession(host, extra),
);

walk(
  readVectors<{
    profile: string;
    write?: { session_id: string | null; trace_id: string | null; span_id: string | null };
    read?: unknown;
  }>("log-fields.json"),
  (input) => {
    const profile = namedProfile(input.profile);
    if (input.write === undefined) {
      const join = readLogFields(input.read, profile);
      return {
        session_id: join.sessionId ?? null,
        trace_id: join.traceId ?? null,
        span_id: join.spanId ?? null,
      };
    }
    const { session_id, trace_id, span_id } = input.write;
    return sessionLogFields(
      {
        sessionId: session_id ?? undefined,
        traceId: trace_id ?? undefined,
        spanId: span_id ?? undefined,
      },
      profile,
    );
  },
);

walk(
  readVectors<{ profile: string | Profile; place: Place; name: string }>("profiles.json"),
  (input) => {
    const profile = typeof input.profile === "string" ? namedProfile(input.profile) : input.profile;
    if (profile === undefined) throw new Error(`no profile ${JSON.stringify(input.profile)}`);
    return {
      write: wireName(profile, input.place, input.name),
      read: readNames(profile, input.place, input.name),
    };
  },
);

walk(
  readVectors<{ pieces: string[]; max_bytes?: number }>("secrets.json"),
  ({ pieces, max_bytes }) => {
    const text = pieces.join("");
    return {
      text: max_bytes === undefined ? maskSecrets(text) : redact(text, max_bytes),
      found: secretsIn(text),
    };
  },
);

test("every file of vectors is walked, membership in its own room", () => {
  expect([...walked, "membership.json"].toSorted()).toEqual(vectorFiles());
});
