import type { IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type LogqlLine, type LogqlLogsPlan, planLogql } from "@throughline/query/logql";
import type { TelemetryReader } from "@throughline/store";
import type { WebSocket } from "ws";

import type { Upgrade } from "../door/upgrades.ts";
import { nowNs, Parameters, planned } from "../protocol/parameters.ts";
import { createTailSockets, failed, goingAway, type TailLimits } from "../protocol/tail-sockets.ts";
import { Refusal } from "../refusal/refusal.ts";
import { categorizes, streamsJson } from "./streams-json.ts";
import { hour } from "./window.ts";

export interface TailOptions extends TailLimits {
  readonly reader: TelemetryReader;
  readonly report: (line: string) => void;
  /** A client that takes nothing for this long is let go. */
  readonly stalledMs: number;
}

interface Tail {
  readonly plan: LogqlLogsPlan;
  readonly delayMs: number;
  readonly categorized: boolean;
}

const mostBacklog = 5_000;
const mostDelay = 5;

/** `GET /loki/api/v1/tail`: the latest lines, then those that come in. */
export function createTail(options: TailOptions): Upgrade {
  const take = createTailSockets(options);
  return (request, socket, head) => {
    const tail = tailOf(new URL(request.url ?? "", "http://localhost").search.slice(1), request);
    take(request, socket, head, (client) => void serve(options, client, tail));
  };
}

function tailOf(query: string, { headers }: Pick<IncomingMessage, "headers">): Tail {
  const parameters = new Parameters(query);
  const text = parameters.required("query");
  const limit = parameters.whole("limit", 0, 1_000_000) ?? 100;
  const endNs = nowNs();
  const startNs = parameters.time("start") ?? endNs - hour;
  const plan = planned(() =>
    planLogql(text, {
      startNs: startNs < endNs ? startNs : endNs,
      endNs: 2n ** 63n - 1n,
      limit: Math.min(limit, mostBacklog),
    }),
  );
  if (plan.kind !== "logs") throw new Refusal("bad_query", "Only log lines can be followed.");
  return {
    plan,
    delayMs: (parameters.whole("delay_for", 0, mostDelay) ?? 0) * 1_000,
    categorized: categorizes(headers),
  };
}

async function serve(options: TailOptions, client: WebSocket, tail: Tail): Promise<void> {
  const gone = new AbortController();
  client.on("close", () => gone.abort());
  const signal = AbortSignal.any([gone.signal, options.stopping]);
  try {
    await tell(options, client, tail, signal);
    client.close(goingAway, "the server is stopping");
  } catch (error) {
    if (signal.aborted) return;
    options.report(`a tail failed: ${error instanceof Error ? error.message : String(error)}`);
    client.close(failed, "the tail failed; connect again");
  }
}

async function tell(
  { reader, stalledMs }: TailOptions,
  client: WebSocket,
  { categorized, delayMs, plan }: Tail,
  signal: AbortSignal,
): Promise<void> {
  // Followed from here on, so that nothing falls between the latest lines and those to come.
  const coming = reader.tailLogs({ ...plan, window: { ...plan.window, startNs: 0n } }, signal);
  const send = async (lines: readonly LogqlLine[], dropped = false): Promise<void> => {
    const streams = streamsJson(lines, categorized);
    await sent(client, stalledMs, {
      streams,
      ...(categorized && { encodingFlags: ["categorize-labels"] }),
      ...(dropped && { dropped_entries: [{ timestamp: String(nowNs()), labels: {} }] }),
    });
  };
  const latest = await backlog(reader, plan, signal);
  if (latest.length > 0) await send(latest);
  const told = new Told(latest);
  for await (const event of coming) {
    if (event.type === "gap") {
      await send([], true);
      continue;
    }
    const news = event.lines.filter((line) => told.isNew(line));
    if (news.length === 0) continue;
    if (delayMs > 0) await delay(delayMs, undefined, { signal });
    await send(news);
  }
}

async function backlog(
  reader: TelemetryReader,
  plan: LogqlLogsPlan,
  signal: AbortSignal,
): Promise<readonly LogqlLine[]> {
  if (plan.limit === 0) return [];
  const endNs = nowNs() + 1n;
  if (endNs <= plan.window.startNs) return [];
  const found = await reader.searchLogs({ ...plan, window: { ...plan.window, endNs } }, { signal });
  return found.lines.toReversed();
}

/** What came in while the latest lines were read is among them, and follows again. */
const overlapMs = 5_000;

class Told {
  readonly #until = Date.now() + overlapMs;
  readonly #lines = new Map<string, number>();

  constructor(lines: readonly LogqlLine[]) {
    for (const line of lines) this.#lines.set(keyOf(line), (this.#lines.get(keyOf(line)) ?? 0) + 1);
  }

  isNew(line: LogqlLine): boolean {
    if (this.#lines.size === 0) return true;
    if (Date.now() > this.#until) {
      this.#lines.clear();
      return true;
    }
    const count = this.#lines.get(keyOf(line)) ?? 0;
    if (count === 0) return true;
    this.#lines.set(keyOf(line), count - 1);
    return false;
  }
}

function keyOf({ line, metadata, stream, timeNs }: LogqlLine): string {
  return JSON.stringify([String(timeNs), line, [...stream], [...metadata]]);
}

/** Resolves when the client has taken it: who takes slowly falls behind in the store, and is told what was dropped. */
async function sent(client: WebSocket, stalledMs: number, message: object): Promise<void> {
  const stalled = setTimeout(() => client.terminate(), stalledMs);
  try {
    await new Promise<void>((resolve, reject) =>
      client.send(JSON.stringify(message), (error) => (error ? reject(error) : resolve())),
    );
  } finally {
    clearTimeout(stalled);
  }
}
