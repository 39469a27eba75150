import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { ReadRefusal } from "../../refusal.ts";
import { answers } from "./answers.ts";
import { DamagedDay, DayGone } from "./day-file.ts";
import { Days } from "./days.ts";
import { Cancelled, Pace } from "./pace.ts";
import type { Asked, FromReader, QuestionName, ReaderSettings, ToReader } from "./protocol.ts";
import { Reader } from "./reader.ts";

/** Days that may go while one question is at work. */
const MOST_TRIES = 8;

/** A thread that reads. It works on several questions by turns, so that a long one holds up no other for more than moments. */
function work(port: NonNullable<typeof parentPort>, settings: ReaderSettings): void {
  const post = (message: FromReader): void => port.postMessage(message);
  const days = new Days(settings.directory, (day, why) => post({ type: "damaged", day, why }));
  days.set(settings.days);
  const reader = new Reader(days, settings.silenceMs);
  const running = new Map<number, AbortController>();

  const answer = async <N extends QuestionName>(
    name: N,
    asked: Asked<N>,
    pace: Pace,
  ): Promise<string> => {
    for (let tries = 0; ; tries++) {
      try {
        return JSON.stringify(await answers[name](reader, asked, pace));
      } catch (error) {
        if (tries === MOST_TRIES) throw error;
        // Without the damaged day there is still an answer.
        if (error instanceof DamagedDay) days.drop(error.day, error.message);
        else if (!(error instanceof DayGone)) throw error;
        reader.forget();
      }
    }
  };

  const take = async ({ asked, budgetMs, id, name }: ToReader & { type: "ask" }): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const pace = new Pace(controller.signal, budgetMs);
      post({ type: "answer", id, json: await answer(name, asked as Asked<typeof name>, pace) });
    } catch (error) {
      if (error instanceof Cancelled) return;
      const kind = error instanceof ReadRefusal ? error.kind : "failed";
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const message = error instanceof ReadRefusal ? error.message : detail;
      post({ type: "failed", id, kind, message });
    } finally {
      running.delete(id);
    }
  };

  port.on("message", (message: ToReader) => {
    switch (message.type) {
      case "ask":
        void take(message);
        break;
      case "cancel":
        running.get(message.id)?.abort();
        break;
      case "days":
        days.set(message.days);
        reader.forget();
        break;
      case "close":
        for (const controller of running.values()) controller.abort();
        days.close();
        port.close();
        break;
    }
  });
}

if (!isMainThread && parentPort !== null) work(parentPort, workerData as ReaderSettings);
