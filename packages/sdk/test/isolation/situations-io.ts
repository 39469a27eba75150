import { fork } from "node:child_process";
import { pbkdf2 } from "node:crypto";
import { readFile } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate as immediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { callbackify } from "node:util";
import { MessageChannel, Worker } from "node:worker_threads";
import { gzip } from "node:zlib";

import { open, type Mode } from "./mode.ts";
import type { Situation } from "./situations.ts";

const noop = (): void => {};

const stream: Situation = {
  name: "10 a stream pipeline wholly inside its own session",
  ambient: true,
  run: async (mode, ids) => {
    await Promise.all(
      ids.map((id) =>
        open(id, async (turn) => {
          const passing = new Transform({
            objectMode: true,
            transform(chunk: number, _encoding, done) {
              mode.step(turn, `transform ${chunk}`, noop);
              setImmediate(done, null, chunk);
            },
          });
          const last = new Writable({
            objectMode: true,
            write(chunk: number, _encoding, done) {
              mode.step(turn, `write ${chunk}`, noop);
              done();
            },
          });
          await pipeline(Readable.from([1, 2]), passing, last);
        }),
      ),
    );
  },
};

const fetched: Situation = {
  name: "12 fetch over keep-alive with iteration over the body",
  ambient: true,
  run: async (mode, ids) => {
    const server = createServer((_request, response) => {
      response.write("one");
      setImmediate(() => response.end("two"));
    });
    await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    try {
      await Promise.all(ids.map((id) => open(id, (turn) => request(mode, turn, port))));
    } finally {
      close(server);
    }
  },
};

async function request(mode: Mode, turn: Parameters<Mode["step"]>[0], port: number): Promise<void> {
  await mode.step(turn, "request", async (place) => {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    mode.step(place, "headers", noop);
    if (response.body !== null) for await (const chunk of response.body) void chunk;
    mode.step(place, "body", noop);
  });
  mode.step(turn, "done", noop);
}

function close(server: Server): void {
  server.closeAllConnections();
  server.close();
}

const callbacks: Situation = {
  name: "15 callback APIs: files, pbkdf2, zlib, intervals, callbackify, message ports",
  ambient: true,
  run: async (mode, ids) => {
    await Promise.all(
      ids.map((id) =>
        open(id, async (turn) => {
          const called = (label: string, start: (done: () => void) => void): Promise<void> =>
            new Promise((done) => start(() => (mode.step(turn, label, noop), done())));
          await called("file", (done) => readFile(fileURLToPath(import.meta.url), done));
          await called("pbkdf2", (done) => pbkdf2("a", "b", 1, 8, "sha256", done));
          await called("zlib", (done) => gzip("a", done));
          await called("interval", (done) => {
            const timer = setInterval(() => (clearInterval(timer), done()), 1);
          });
          await called("callbackify", (done) => callbackify(immediate)(done));
          await called("port", (done) => {
            const { port1, port2 } = new MessageChannel();
            port2.on("message", () => (port2.close(), done()));
            port1.postMessage("hello");
          });
        }),
      ),
    );
  },
};

/** What crosses to another thread or process, written by hand: carriers of the SDK are another story. */
export interface Job {
  readonly sessionId: string;
  readonly sampled: boolean;
  readonly mode: Mode["name"];
}

export interface Remote {
  readonly name: string;
  readonly sessionId: unknown;
  readonly traceId: string | undefined;
}

interface Answer {
  readonly sessionId: string;
  readonly spans: readonly Remote[];
  readonly logs: readonly Remote[];
}

/** Spans and log records that came back from other threads and processes. */
export const remote: { spans: Remote[]; logs: Remote[] } = { spans: [], logs: [] };

const other = fileURLToPath(new URL("other-process.ts", import.meta.url));

interface Other {
  listen(hear: (answer: Answer) => void): unknown;
  post(job: Job): void;
  stop(): unknown;
}

function crossing(name: string, hire: () => Other): Situation {
  return {
    name,
    ambient: true,
    run: async (mode, ids) => {
      const crew = [hire(), hire()];
      const answers = new Map<string, () => void>();
      for (const member of crew) {
        member.listen(({ sessionId, spans, logs }) => {
          remote.spans.push(...spans);
          remote.logs.push(...logs);
          answers.get(sessionId)?.();
        });
      }
      await Promise.all(
        ids.map((id, i) =>
          open(id, async (turn) => {
            const answered = new Promise<void>((done) => answers.set(id, done));
            crew[i % crew.length]?.post({ sessionId: id, sampled: true, mode: mode.name });
            await answered;
            mode.step(turn, "back", noop);
          }),
        ),
      );
      await Promise.all(crew.map((member) => member.stop()));
    },
  };
}

const threads = crossing("19 worker_threads", () => {
  const worker = new Worker(other);
  return {
    listen: (hear) => worker.on("message", hear),
    post: (job) => worker.postMessage(job, []),
    stop: () => worker.terminate(),
  };
});

const forks = crossing("20 forked children", () => {
  const child = fork(other);
  return {
    listen: (hear) => child.on("message", (answer) => hear(answer as Answer)),
    post: (job) => void child.send(job),
    stop: () => child.kill(),
  };
});

export const throughIo: readonly Situation[] = [stream, fetched, callbacks];
export const toOthers: readonly Situation[] = [threads, forks];
