import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  createRowReader,
  dialects,
  outcomeKeys,
  promotedKeys,
  readLog,
  readOutcome,
  readStep,
  readStepKind,
  rowKeys,
  sessionKeyOf,
} from "@throughline/core/dialects";
import type { PlainValue, SpanRecord, TelemetryRecord } from "@throughline/core/record";
import { log, span } from "./build.ts";

const reader = createRowReader(rowKeys);

/** What readStep says, in the fields that a row has. */
function expected(record: SpanRecord): object | undefined {
  const reading = readStep(record);
  if (reading === undefined) return undefined;
  const { agent, cost, model, name, operation, outcome, provider, step, tool, usage } = reading;
  return { agent, cost, model, name, operation, outcome, provider, step, tool, usage };
}

function asRow(record: SpanRecord): object | undefined {
  const service = record.resource.attributes["service.name"];
  const place = reader.place(record.scope.name, typeof service === "string" ? service : undefined);
  return reader.step(
    place,
    { ...record, status: record.status.code },
    rowKeys.map((key) => record.attributes[key]),
  );
}

const patterns = (of: (dialect: (typeof dialects)[number]) => readonly string[] | undefined) =>
  dialects.flatMap((dialect) => of(dialect) ?? []).map((pattern) => pattern.replace("*", "x"));
const anyOf = (known: readonly string[]) => fc.constantFrom("", "other", ...known);
const kindWords = dialects.flatMap(({ kinds = [] }) =>
  kinds.flatMap(({ values }) => Object.keys(values)),
);

const value: fc.Arbitrary<PlainValue> = fc.oneof(
  anyOf([...kindWords, "chat", "execute_tool", "invoke_agent", "tools/call", "true", "false"]),
  fc.constantFrom("ok", "error", "CANCELLED", "12", "0.5", "-1", "x".repeat(1025)),
  fc.integer(),
  fc.double(),
  fc.boolean(),
);

const record: fc.Arbitrary<SpanRecord> = fc
  .record({
    name: anyOf(
      patterns(({ recognise, steps }) => [...Object.keys(steps ?? {}), ...(recognise.names ?? [])]),
    ),
    scope: anyOf(patterns(({ recognise }) => recognise.scopes)),
    service: anyOf(patterns(({ recognise }) => recognise.services)),
    keys: fc.subarray([...promotedKeys], { maxLength: 12 }),
    values: fc.array(value, { minLength: 12, maxLength: 12 }),
    parentSpanId: fc.constantFrom("", "00f067aa0ba902b7"),
    parentIsRemote: fc.constantFrom(undefined, true, false),
    spanKind: fc.constantFrom("internal", "server", "client"),
    code: fc.constantFrom("unset", "ok", "error"),
  })
  .map(({ code, keys, name, scope, service, values, ...rest }) =>
    span(name, Object.fromEntries(keys.map((key, index) => [key, values[index] ?? null])), {
      ...rest,
      status: { code, message: "" },
      ...(scope !== "" && { scope }),
      ...(service !== "" && { service }),
    }),
  );

it("says of a row what readStep says of the record, in any dialect", () => {
  fc.assert(
    fc.property(record, (record) => {
      expect(asRow(record)).toEqual(expected(record));
    }),
    { numRuns: 5_000 },
  );
});

it("asked for the step alone, says what readStep says", () => {
  fc.assert(
    fc.property(record, (record) => {
      expect(readStepKind(record)).toBe(readStep(record)?.step);
    }),
    { numRuns: 5_000 },
  );
});

it("asked for the outcome of a step alone, says what readStep says", () => {
  fc.assert(
    fc.property(record, (record) => {
      const reading = readStep(record);
      if (reading !== undefined) expect(readOutcome(record)).toEqual(reading.outcome);
    }),
    { numRuns: 5_000 },
  );
});

it("says of an outcome what the status says, where no key could tell", () => {
  fc.assert(
    fc.property(record, (record) => {
      const quiet = Object.entries(record.attributes).filter(([key]) => !outcomeKeys.includes(key));
      const outcome = readOutcome({ ...record, attributes: Object.fromEntries(quiet) });
      const { code } = record.status;
      expect(outcome).toBe(code === "unset" ? undefined : code);
    }),
    { numRuns: 5_000 },
  );
});

it("does so for spans that speak one dialect only, which random ones seldom do", () => {
  for (const { fields = {}, id, recognise, steps = {} } of dialects) {
    const name = [...Object.keys(steps), ...(recognise.names ?? []), "chat"][0] ?? "";
    const keys = [recognise.marks?.[0], ...Object.values(fields).map(([first]) => first)];
    const attributes = keys.flatMap((key, n) => (key === undefined ? [] : [[key, String(n)]]));
    const one = span(name.replace("*", "x"), Object.fromEntries(attributes), {
      scope: recognise.scopes?.[0]?.replace("*", "") ?? "",
    });
    expect(asRow(one), id).toEqual(expected(one));
  }
});

it("needs no other keys to tell whose a record is and what a log event stands for", () => {
  fc.assert(
    fc.property(record, fc.boolean(), (span, asLog) => {
      const kept = Object.create(null);
      for (const key of rowKeys)
        if (span.attributes[key] !== undefined) kept[key] = span.attributes[key];
      const whole = asLog ? logOf(span) : span;
      const part = { ...whole, attributes: kept };
      expect(sessionKeyOf(part)).toEqual(sessionKeyOf(whole));
      expect(rowOfLog(part)).toEqual(rowOfLog(whole));
    }),
    { numRuns: 3_000 },
  );
});

function logOf({ attributes, name, resource, scope }: SpanRecord): TelemetryRecord {
  return { ...log(name, {}), attributes, resource, scope };
}

function rowOfLog(record: TelemetryRecord): object | undefined {
  const reading = readLog(record);
  if (reading === undefined) return undefined;
  const { agent, cost, endNs, model, name, outcome, provider, stands, startNs, tool, usage } =
    reading;
  return { agent, cost, endNs, model, name, outcome, provider, stands, startNs, tool, usage };
}
