/**
 * `sender.ts URL SPANS SEED AT_ONCE`: sends agent spans to an OTLP/HTTP endpoint as fast as they are acknowledged, from a process of
 * its own, so that the receiving one can be measured alone. Says "ready", waits for any message, sends, and reports.
 */
import { once } from "node:events";
import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { createSkimmer } from "@throughline/core/otlp";
import { agentSpans } from "../../lib/agent-spans.ts";

export interface Sent {
  readonly spans: number;
  readonly bytes: number;
  /** From the first request to the last acknowledgement. */
  readonly seconds: number;
  /** Milliseconds from a request to its acknowledgement, ascending. */
  readonly latencies: readonly number[];
  /** Requests that were told to come again, and did. */
  readonly refused: number;
  /** Some of what was sent, to ask for. */
  readonly sessions: readonly string[];
  readonly traces: readonly string[];
}

const BATCH = 500;
/** So many are made before the first is sent; making more would take gigabytes. */
const MADE_AHEAD = 100_000;
const PAUSE_MS = 50;
const SAMPLES = 100;

const [url = "", spans = "0", seed = "1", atOnce = "1"] = process.argv.slice(2);
const agents = agentSpans(Number(seed));
const agent = new Agent({ keepAlive: true, maxSockets: Number(atOnce) });
const sessions = new Set<string>();
const traces = new Set<string>();
const latencies: number[] = [];
let left = Number(spans);
let bytes = 0;
let refused = 0;

const ahead: Uint8Array[] = [];
while (ahead.length * BATCH < Math.min(MADE_AHEAD, Number(spans))) ahead.push(make());
ahead.reverse();
process.send?.("ready");
await once(process, "message");

const began = performance.now();
await Promise.all(Array.from({ length: Number(atOnce) }, sendOn));
const report: Sent = {
  spans: Number(spans),
  bytes,
  seconds: (performance.now() - began) / 1_000,
  latencies: latencies.toSorted((one, other) => one - other),
  refused,
  sessions: [...sessions],
  traces: [...traces],
};
process.send?.(report, () => process.exit(0));

async function sendOn(): Promise<void> {
  while (left > 0) {
    left -= BATCH;
    const body = ahead.pop() ?? make();
    bytes += body.byteLength;
    const sent = performance.now();
    await deliver(body);
    latencies.push(performance.now() - sent);
  }
}

/** As exporters do: told to come again, it comes again. */
async function deliver(body: Uint8Array): Promise<void> {
  for (;;) {
    const status = await post(body);
    if (status === 200) return;
    if (status !== 429 && status !== 503) throw new Error(`${url} answered ${status}`);
    refused++;
    await wait(PAUSE_MS);
  }
}

function post(body: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/x-protobuf",
      "content-length": body.byteLength,
    };
    const sending = request(url, { agent, method: "POST", headers }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
      answer.on("error", reject);
    });
    sending.on("error", reject).end(body);
  });
}

function make(): Uint8Array {
  const body = agents.request(BATCH);
  if (traces.size < SAMPLES) sample(body);
  return body;
}

/** The first record of a batch. */
function sample(body: Uint8Array): void {
  const skimmer = createSkimmer({ attributes: ["session.id"], resourceAttributes: [] });
  let taken = false;
  skimmer.traces(body, ({ traceIdAt, values }) => {
    if (taken) return;
    taken = true;
    traces.add(Buffer.from(body).toString("hex", traceIdAt, traceIdAt + 16));
    sessions.add(String(values[0]));
  });
}
