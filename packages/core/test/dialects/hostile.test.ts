import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOutcome, isStepKind } from "@throughline/core";
import {
  dialects,
  promotedKeys,
  readContent,
  readLog,
  readStep,
  sessionKeyOf,
  type Usage,
} from "@throughline/core/dialects";
import type { PlainValue, TelemetryRecord } from "@throughline/core/record";
import { log, span } from "./build.ts";
import { recorded } from "../../../../test/support/recorded-agents.ts";

const contentKeys = dialects.flatMap(({ content = {} }) => [
  ...Object.values(content).flat(),
  ...(content.numberedInput ?? []).map((family) => `${family}.0.message.tool_calls.0.tool_call.id`),
  ...(content.numberedOutput ?? []).map((family) => `${family}.0.content`),
]);
const names = dialects.flatMap(({ events = {}, recognise, steps = {} }) => [
  ...Object.keys(steps),
  ...Object.keys(events),
  ...(recognise.names ?? []),
]);
const kinds = dialects.flatMap(({ kinds = [] }) =>
  kinds.flatMap(({ values }) => Object.keys(values)),
);
const scopes = dialects.flatMap(({ recognise }) => recognise.scopes ?? []);

const key = fc.oneof(
  fc.constantFrom(...promotedKeys, ...contentKeys),
  fc.constantFrom("__proto__", "constructor", "toString", ""),
  fc.string(),
);
const value: fc.Arbitrary<PlainValue> = fc.oneof(
  { depthSize: "small", withCrossShrink: true },
  fc.constantFrom(...kinds, "constructor", "__proto__", "chat", "execute_tool", "invoke_agent"),
  fc.string({ unit: "binary" }),
  fc.json(),
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 8 }),
  fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom("role", "parts", "content", "messages", "text"), fc.jsonValue()),
) as fc.Arbitrary<PlainValue>;
const attributes = fc.dictionary(key, value, { maxKeys: 12 });
const name = fc.oneof(fc.constantFrom(...names), fc.string());
const around = fc.record({
  scope: fc.oneof(fc.constantFrom(...scopes), fc.string()),
  resource: attributes,
});
const record: fc.Arbitrary<TelemetryRecord> = fc.oneof(
  fc
    .record({
      name,
      attributes,
      around,
      parentSpanId: fc.constantFrom("", "00f067aa0ba902b7"),
      code: fc.constantFrom("unset", "ok", "error"),
      event: attributes,
    })
    .map(({ around, attributes, code, event, name, parentSpanId }) =>
      span(name, attributes, {
        ...around,
        parentSpanId,
        status: { code, message: "m" },
        events: [{ name, timeNs: 0n, attributes: event }],
      }),
    ),
  fc
    .record({
      name,
      attributes,
      around,
      body: value,
      timeNs: fc.bigInt({ min: 0n, max: 2n ** 64n }),
    })
    .map(({ around, attributes, body, name, timeNs }) =>
      log(name, attributes, { ...around, body, timeNs }),
    ),
);

function expectUsage(usage: Usage | undefined): void {
  for (const tokens of Object.values(usage ?? {})) {
    expect(Number.isSafeInteger(tokens)).toBe(true);
    expect(tokens).toBeGreaterThanOrEqual(0);
  }
}

describe("whatever an emitter sends", () => {
  it("is read without a throw, into values of the promised types", () => {
    fc.assert(
      fc.property(record, (record) => {
        const session = sessionKeyOf(record);
        if (session !== undefined) {
          expect(session.id).toMatch(/^\P{Cc}{1,200}$/u);
          expect(typeof session.source).toBe("string");
        }
        const reading = readStep(record) ?? readLog(record);
        readContent(record);
        if (reading === undefined) return;
        if ("step" in reading) expect(isStepKind(reading.step)).toBe(true);
        if (reading.outcome !== undefined) expect(isOutcome(reading.outcome)).toBe(true);
        expectUsage(reading.usage);
        if ("around" in reading) expectUsage(reading.around?.usage);
        if (reading.cost !== undefined) {
          expect(Number.isFinite(reading.cost.amount)).toBe(true);
          expect(reading.cost.amount).toBeGreaterThanOrEqual(0);
        }
        if ("startNs" in reading) expect(reading.startNs <= reading.endNs).toBe(true);
        for (const word of [reading.model, reading.tool, reading.turn, reading.agent, reading.name])
          if (word !== undefined) expect(word.length).toBeLessThanOrEqual(1024);
      }),
      { numRuns: 1500 },
    );
  });

  it("does not overflow the stack, however deeply its JSON is nested", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const chained = `${'{"messages":['.repeat(50_000)}${"]}".repeat(50_000)}`;
    for (const text of [
      deep,
      chained,
      `[{"role":"user","parts":[{"type":"tool_call","arguments":${deep}}]}]`,
    ]) {
      const record = span("chat", {
        "gen_ai.operation.name": "chat",
        "gen_ai.input.messages": text,
      });
      expect(() => readContent(record)).not.toThrow();
    }
  });
});

describe("promoted keys", () => {
  const known: ReadonlySet<string> = new Set(promotedKeys);

  /** The record with attributes that note which keys were asked for. */
  function watched(record: TelemetryRecord, asked: Set<string>): TelemetryRecord {
    const attributes = new Proxy(record.attributes, {
      get(target, key) {
        asked.add(String(key));
        return Reflect.get(target, key);
      },
    });
    return { ...record, attributes };
  }

  it("are all that the readers look at", () => {
    const asked = new Set<string>();
    const look = (record: TelemetryRecord): void => {
      const seen = watched(record, asked);
      sessionKeyOf(seen);
      readStep(seen);
      readLog(seen);
    };
    for (const agent of ["claude-code", "codex", "qwen-code", "gemini-cli"])
      for (const record of recorded(agent)) look(record);
    fc.assert(fc.property(record, look), { numRuns: 1000 });
    expect([...asked].filter((key) => !known.has(key))).toEqual([]);
  });

  it("stay few enough to keep in every row", () => {
    expect(promotedKeys.length).toBeLessThan(256);
  });
});
