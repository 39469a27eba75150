/** The writer in this thread, under a clock that tests set: days begin when they say so. */
import { onTestFinished, vi } from "vitest";
import type { Delivery, Receipt } from "../../../src/home.ts";
import type {
  CommitNotice,
  FromWriter,
  WriterSettings,
} from "../../../src/embedded/write/protocol.ts";
import { Writer } from "../../../src/embedded/write/writer.ts";

export interface ClockedWriter {
  append(delivery: Delivery): Receipt;
  retain(): void;
  close(): void;
  readonly days: readonly string[];
  readonly notices: readonly CommitNotice[];
  readonly reports: readonly string[];
}

export function setClock(time: string): void {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date(time) });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

export function writerAt(directory: string, settings: Partial<WriterSettings> = {}): ClockedWriter {
  const said: FromWriter[] = [];
  const writer = new Writer(
    {
      directory,
      retentionMs: null,
      maxBytes: null,
      gatherMs: 1_000,
      quietMs: 60_000,
      maxPages: null,
      ...settings,
    },
    (message) => said.push(message),
  );
  let next = 1;
  return {
    append({ body, door, signal }) {
      const id = next++;
      writer.append({ id, signal, body: body.slice(), door });
      writer.commit();
      for (const message of said)
        if (message.type === "settled")
          for (const settled of message.settled) {
            if (settled.id !== id) continue;
            if ("receipt" in settled) return settled.receipt;
            throw new Error(settled.refusal.message);
          }
      throw new Error("no answer");
    },
    retain: () => void writer.calendar.retain(Date.now()),
    close: () => writer.calendar.close(),
    get days() {
      return writer.calendar.days;
    },
    get notices() {
      return said.flatMap((message) => (message.type === "committed" ? message.notice : []));
    },
    get reports() {
      return said.flatMap((message) => (message.type === "report" ? message.line : []));
    },
  };
}
