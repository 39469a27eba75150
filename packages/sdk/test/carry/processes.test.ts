import { execFile, fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

import { sessionRoot } from "@throughline/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { carry, session, type ToolCall } from "@throughline/sdk";

import { host, type Host } from "../support/host.ts";
import type { Answer, Job } from "./other-side.ts";
import { recorded, spansOf, together, verdict } from "./recorded.ts";

let app: Host;
beforeEach(() => {
  app = host();
});
afterEach(() => app.stop());

const otherSide = fileURLToPath(new URL("other-side.ts", import.meta.url));

/** A thread or a process that works for whoever asks. */
interface Other {
  hear(hear: (answer: Answer) => void): void;
  post(job: Job): void;
  stop(): Promise<unknown>;
}

function thread(workerData?: object): Other {
  const worker = new Worker(otherSide, { workerData });
  return {
    hear: (hear) => void worker.on("message", hear),
    post: (job) => worker.postMessage(job, []),
    stop: () => worker.terminate(),
  };
}

function forked(env?: NodeJS.ProcessEnv): Other {
  const child: ChildProcess = fork(otherSide, env === undefined ? {} : { env });
  return {
    hear: (hear) => void child.on("message", (answer) => hear(answer as Answer)),
    post: (job) => void child.send(job),
    stop: () => new Promise((gone) => (child.once("exit", gone), child.kill())),
  };
}

function ask<T>(id: string, fn: (tool: ToolCall) => Promise<T>): Promise<T> {
  return session({ id, agent: "boss" }, (s) =>
    s.turn((turn) => turn.tool({ name: `ask ${id}`, callId: id }, fn)),
  );
}

/** Every record in its session, every span of the other side below the tool that asked for it, nothing foreign. */
function expectWhole(answers: readonly Answer[], ids: readonly string[], name: string): void {
  const records = together([recorded(app), ...answers.map((answer) => answer.records)]);
  expect(verdict(records)).toEqual([]);
  const spans = spansOf(records);
  const tools = new Map(spans.map((span) => [span.name, span]));
  for (const id of ids) {
    const there = tools.get(`execute_tool ${name.replace("{id}", id)}`);
    const here = tools.get(`execute_tool ask ${id}`);
    expect(there).toMatchObject({
      traceId: sessionRoot(id).traceId,
      parentSpanId: here?.spanId,
      parentIsRemote: true,
      attributes: {
        "session.id": id,
        "throughline.turn.id": here?.attributes["throughline.turn.id"],
      },
    });
    const logs = records.filter(
      (record) =>
        record.kind === "log" &&
        typeof record.body === "string" &&
        record.body.startsWith(name.replace("{id}", id)),
    );
    expect(logs.map(({ attributes }) => attributes["session.id"])).toEqual([id, id]);
  }
}

describe.each([
  ["a worker thread", thread],
  ["a forked child", forked],
])("%s", (_name, hire) => {
  test("works for many sessions at once, each carried with its message", async () => {
    const sessions = Array.from({ length: 20 }, () => crypto.randomUUID());
    const other = hire();
    const waiting = new Map<string, (answer: Answer) => void>();
    other.hear((answer) => waiting.get(answer.name)?.(answer));
    try {
      const answers = await Promise.all(
        sessions.map((id) =>
          ask(id, (tool) => {
            const name = `job-${id}.`;
            const answered = new Promise<Answer>((resolve) => waiting.set(name, resolve));
            other.post({ name, carrier: carry.worker(tool) });
            return answered;
          }),
        ),
      );
      expectWhole(answers, sessions, "job-{id}.");
    } finally {
      await other.stop();
    }
  });
});

test("a thread and a child that are started for a session belong to it", async () => {
  for (const hire of [
    (tool: ToolCall) => thread(carry.worker(tool)),
    (tool: ToolCall) => forked(carry.env(tool)),
  ]) {
    const id = crypto.randomUUID();
    const answer = await ask(id, async (tool) => {
      const other = hire(tool);
      const heard = await new Promise<Answer>((resolve) => other.hear(resolve));
      await other.stop();
      return heard;
    });
    expectWhole([answer], [id], "started");
    // Grandchildren too, and under the step that starts them.
    const { spanId } = spansOf(together([answer.records])).find(
      ({ name }) => name === "execute_tool started",
    )!;
    expect(answer.environment).toMatchObject({
      TRACEPARENT: `00-${sessionRoot(id).traceId}-${spanId}-01`,
      BAGGAGE: expect.stringContaining(`session.id=${id}`),
    });
  }
});

test("any program that is started finds the session in its environment", async () => {
  const id = crypto.randomUUID();
  const said = await ask(id, async (tool) => {
    const { promise, resolve } = Promise.withResolvers<string>();
    execFile(
      process.execPath,
      ["-p", "process.env.BAGGAGE"],
      { env: { ...carry.env(tool) } },
      (_e, out) => resolve(out),
    );
    return promise;
  });
  expect(said).toContain(`session.id=${id}`);
});
