// The other end of situations 19 and 20: a thread or a process with a host of its own, working for many sessions at once.
import { setImmediate as immediate } from "node:timers/promises";
import { parentPort } from "node:worker_threads";

import { resume } from "@throughline/sdk";

import { host } from "../support/host.ts";
import { ambient, bound, handles, owned } from "./mode.ts";
import type { Job } from "./situations-io.ts";

const app = host();
const modes = { handles, bound, ambient };

async function work({ sessionId, sampled, mode: name }: Job): Promise<void> {
  const mode = modes[name];
  const s = owned(resume(sessionId, { sampled }), sessionId);
  await s.run(() =>
    mode.step(s, "remote", async (place) => {
      await immediate();
      mode.step(place, "remote inner", () => {});
    }),
  );
  const mine = (recordName: unknown): boolean => String(recordName).startsWith(`${sessionId}|`);
  const spans = app.spans().map((span) => ({
    name: span.name.replace("action ", ""),
    sessionId: span.attributes["session.id"],
    traceId: span.spanContext().traceId,
  }));
  const logs = app.logs().map((record) => ({
    name: String(record.body),
    sessionId: record.attributes["session.id"],
    traceId: record.spanContext?.traceId,
  }));
  send({
    sessionId,
    spans: spans.filter((span) => mine(span.name)),
    logs: logs.filter((record) => mine(record.name)),
  });
}

function send(answer: unknown): void {
  if (parentPort === null) process.send?.(answer);
  else parentPort.postMessage(answer, []);
}

const receive = (job: Job): void => void work(job);
if (parentPort === null) process.on("message", receive);
else parentPort.on("message", receive);
