import { setTimeout as pause } from "node:timers/promises";

import { logs, type Sent, spans } from "../../test/page/support/spans.ts";

export type Send = (signal: "traces" | "logs", body: string) => Promise<void>;

const perTurn = 100;
const perRequest = 2_000;

/** A session as a coding agent's long day makes it: turns of model calls, tools and what these log; hours between some. */
export async function fillLong(send: Send, session: string, records: number): Promise<void> {
  const began = Date.now() - 12 * 3_600_000;
  let batch: Sent[] = [];
  let at = 0;
  for (let id = 0; id < records; id++) {
    const inTurn = id % perTurn;
    const turn = id - inTurn;
    if (inTurn === 0) at += id % 1_000 === 0 ? 600_000 : 400;
    batch.push(record(session, id, turn, inTurn, at));
    at += 20;
    if (batch.length < perRequest && id + 1 < records) continue;
    await send("traces", spans(began, batch));
    batch = [];
  }
}

function record(session: string, id: number, turn: number, inTurn: number, at: number): Sent {
  const common = { session, id, at };
  if (inTurn === 0) return { ...common, step: "turn", name: "invoke_agent", took: perTurn * 20 };
  const parent = inTurn % 10 === 0 ? turn : id - (inTurn % 10);
  const under = parent === id ? turn : parent;
  if (inTurn % 10 === 0) {
    const attributes = {
      "gen_ai.request.model": "gpt-5.4",
      "gen_ai.operation.name": "chat",
      "gen_ai.usage.input_tokens": 1_000 + inTurn,
      "gen_ai.usage.output_tokens": 50,
    };
    return { ...common, under, step: "llm", name: "chat gpt-5.4", took: 180, attributes };
  }
  const attributes = {
    "gen_ai.tool.name": `tool_${inTurn % 7}`,
    "gen_ai.tool.call.id": `call_${id}`,
  };
  return { ...common, under, step: "tool", name: "execute_tool", took: 15, attributes };
}

/** Speaks at an even pace; resolves to how many records that were. */
export async function speakLive(
  send: Send,
  session: string,
  perSecond: number,
  seconds: number,
): Promise<number> {
  const began = Date.now();
  const root = 900_000_000;
  await send("traces", spans(began, [{ session, id: root, step: "turn", took: seconds * 1_000 }]));
  let sent = 0;
  const every = 100;
  const share = (perSecond * every) / 1_000;
  for (let tick = 1; tick <= (seconds * 1_000) / every; tick++) {
    const lines = Array.from({ length: share }, (_, n) => ({
      session,
      at: Date.now() - began,
      under: root,
      body: `line ${sent + n} of what the agent does`,
    }));
    await send("logs", logs(began, lines));
    sent += share;
    await pause(Math.max(0, began + tick * every - Date.now()));
  }
  return sent;
}
