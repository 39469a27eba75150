import { createRequire } from "node:module";

import { WinstonInstrumentation } from "@opentelemetry/instrumentation-winston";
import { sessionRoot } from "@throughline/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import type * as Winston from "winston";

import { session } from "@throughline/sdk";
import { joinLogsApis, logHook, winstonFormat } from "@throughline/sdk/logs";

import { host, type Host } from "../support/host.ts";
import { Lines } from "./lines.ts";

const instrumentation = new WinstonInstrumentation({ logHook });
const winston = createRequire(import.meta.url)("winston") as typeof Winston;

let app: Host;
let id: string;
beforeEach(() => {
  app = host();
  id = crypto.randomUUID();
});
afterEach(() => app.stop());

function logger(out: Lines, ...formats: Winston.Logform.Format[]): Winston.Logger {
  return winston.createLogger({
    format: winston.format.combine(...formats, winston.format.json()),
    transports: [new winston.transports.Stream({ stream: out })],
  });
}

test("the format joins each line to its session and span", () => {
  instrumentation.disable();
  const out = new Lines();
  const lines = logger(out, winstonFormat());
  session({ id }, (s) =>
    s.turn((turn) => {
      lines.info("hello", { order: 7 });
      expect(out.lines).toEqual([
        {
          level: "info",
          message: "hello",
          order: 7,
          session_id: id,
          trace_id: sessionRoot(id).traceId,
          span_id: turn.span?.spanContext().spanId,
        },
      ]);
    }),
  );
  instrumentation.enable();
});

test("OpenTelemetry's instrumentation: lines carry session, trace and span", () => {
  const out = new Lines();
  const spanId = session({ id }, (s) =>
    s.turn((turn) => {
      logger(out).error("it broke");
      return turn.span?.spanContext().spanId;
    }),
  );
  expect(out.lines).toEqual([
    expect.objectContaining({
      message: "it broke",
      session_id: id,
      trace_id: sessionRoot(id).traceId,
      span_id: spanId,
    }),
  ]);
});

test("its records, which it sends through the older logs API, carry them too", () => {
  joinLogsApis();
  const id = crypto.randomUUID();
  const spanId = session({ id }, (s) =>
    s.turn((turn) => {
      logger(new Lines()).error("it broke");
      return turn.span?.spanContext().spanId;
    }),
  );
  const record = app.logs().find(({ body }) => body === "it broke");
  expect(record?.spanContext).toMatchObject({ traceId: sessionRoot(id).traceId, spanId });
  expect(record?.attributes["session.id"]).toBe(id);
});
