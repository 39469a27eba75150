import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { QueryError } from "@throughline/query";
import { ReadRefusal } from "../../refusal.ts";
import { answers, type Given } from "./answers.ts";
import { DamagedDay, DayGone } from "./day-file.ts";
import { Days } from "./days.ts";
import { Cancelled, Pace } from "./pace.ts";
import {
  AS_THEY_ARE,
  type Asked,
  type FromReader,
  type QuestionName,
  type ReaderSettings,
  type ToReader,
} from "./protocol.ts";
import { Reader } from "./reader.ts";
import { TextPage } from "./text-page.ts";

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
  ): Promise<Given<N>> => {
    for (let tries = 0; ; tries++) {
      try {
        return await answers[name](reader, asked, pace);
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
      const value = await answer(name, asked as Asked<typeof name>, pace);
      if (AS_THEY_ARE.has(name)) post({ type: "value", id, value });
      else if (value instanceof TextPage) post({ type: "answer", id, json: value.toString() });
      else post({ type: "answer", id, json: JSON.stringify(value) });
    } catch (error) {
      if (error instanceof Cancelled) return;
      post({ type: "failed", id, ...refusalOf(error) });
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

function refusalOf(error: unknown): Pick<ReadRefusal, "kind" | "message"> {
  if (error instanceof ReadRefusal) return { kind: error.kind, message: error.message };
  // A line may fail in a pipeline, or series be more than a query may have.
  if (error instanceof QueryError) return { kind: "bad-query", message: error.message };
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: "failed", message: detail };
}

if (!isMainThread && parentPort !== null) work(parentPort, workerData as ReaderSettings);
