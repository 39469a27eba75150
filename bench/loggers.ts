/**
 * What it costs a logger to know the session on each line: nanoseconds a line, written to nowhere, inside a turn of a
 * session. Rounds of all subjects are interleaved; the last column compares with the same logger writing the same three
 * fields from constants, in the same run: writing 110 more characters costs a logger more than to know them.
 */
import { createRequire } from "node:module";
import { Writable } from "node:stream";

import { PinoInstrumentation } from "@opentelemetry/instrumentation-pino";
import { session, type Turn } from "@throughline/sdk";
import { lineFields, pinoMixin, winstonFormat, type LineFields } from "@throughline/sdk/logs";
import { start } from "@throughline/sdk/start";
import pino from "pino";
import winston from "winston";

import { printTable, spread } from "./sdk/table.ts";

const lines = 20_000;
const rounds = 15;

class Nowhere extends Writable {
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
}

function ofWinston(formats: winston.Logform.Format[], fields?: LineFields): (i: number) => void {
  const logger = winston.createLogger({
    format: winston.format.combine(...formats, winston.format.json()),
    transports: [new winston.transports.Stream({ stream: new Nowhere() })],
  });
  return (i) => void logger.info("order shipped", { order: i, shop: "seven", ...fields });
}

function ofPino(logger: pino.Logger, fields?: LineFields): (i: number) => void {
  return fields === undefined
    ? (i) => logger.info({ order: i, shop: "seven" }, "order shipped")
    : (i) => logger.info({ order: i, shop: "seven", ...fields }, "order shipped");
}

/** Correlation alone, as the fields above; sending records would be another comparison. */
function instrumentedPino(): (i: number) => void {
  const instrumentation = new PinoInstrumentation({ disableLogSending: true });
  const require = createRequire(import.meta.url);
  delete require.cache[require.resolve("pino")];
  const patched = require("pino") as typeof pino;
  instrumentation.enable();
  return ofPino(patched(new Nowhere()));
}

interface Subject {
  readonly name: string;
  readonly than: string;
  readonly line: (i: number) => void;
}

function subjects(turn: Turn): readonly Subject[] {
  const fields = lineFields(turn);
  const mixed = pino({ mixin: pinoMixin() }, new Nowhere());
  const child = pino(new Nowhere()).child(fields);
  return [
    { name: "pino", than: "pino, constants", line: ofPino(pino(new Nowhere())) },
    { name: "pino, constants", than: "pino, constants", line: ofPino(pino(new Nowhere()), fields) },
    { name: "pino, mixin", than: "pino, constants", line: ofPino(mixed) },
    { name: "pino, child of a handle", than: "pino, constants", line: ofPino(child) },
    { name: "pino, OTel's correlation", than: "pino, constants", line: instrumentedPino() },
    { name: "winston", than: "winston, constants", line: ofWinston([]) },
    { name: "winston, constants", than: "winston, constants", line: ofWinston([], fields) },
    { name: "winston, format", than: "winston, constants", line: ofWinston([winstonFormat()]) },
  ];
}

export async function run(): Promise<void> {
  process.env["OTEL_TRACES_EXPORTER"] = "none";
  process.env["OTEL_LOGS_EXPORTER"] = "none";
  const telemetry = start({ service: "bench" });
  await session({ id: "bench" }, (s) =>
    s.turn(async (turn) => {
      const all = subjects(turn);
      const took = new Map<string, number[]>(all.map(({ name }) => [name, []]));
      for (let round = -2; round < rounds; round++) {
        for (const { name, line } of all) {
          const begin = process.hrtime.bigint();
          for (let i = 0; i < lines; i++) line(i);
          const ns = Number(process.hrtime.bigint() - begin) / lines;
          if (round >= 0) took.get(name)?.push(ns);
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      const rows = all.map(({ name, than }) => {
        const own = took.get(name) ?? [];
        const others = took.get(than) ?? [];
        const ratios = own.map((ns, i) => ns / (others[i] ?? Number.NaN));
        return [name, spread(own, 0), spread(ratios, 2)];
      });
      printTable("A line of JSON, in ns", ["logger", "ns a line", "against constants"], rows);
    }),
  );
  await telemetry.shutdown();
}
