/** A session's engine as the page has it: every question is answered later, wherever the engine runs. */
import type { Requests, Told } from "./protocol.ts";
import type { Engine } from "./engine.ts";

export interface SessionPort {
  ask<Name extends keyof Requests>(
    name: Name,
    ...args: Parameters<Requests[Name]>
  ): Promise<ReturnType<Requests[Name]>>;
  rest(resting: boolean): void;
  close(): void;
}

interface Asked {
  readonly number: number;
  readonly name: keyof Engine;
  readonly args: readonly unknown[];
}

type Answer =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly error: string }
  | { readonly number: -1; readonly told: Told };

/** The page's end. */
export function workerPort(worker: Worker, hear: (told: Told) => void): SessionPort {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    if ("told" in data) return hear(data.told);
    const waits = waiting.get(data.number);
    waiting.delete(data.number);
    if ("error" in data) waits?.reject(new Error(data.error));
    else waits?.resolve(data.value);
  });
  const post = (name: keyof Engine, args: readonly unknown[]): number => {
    const asked: Asked = { number: ++last, name, args };
    worker.postMessage(asked);
    return last;
  };
  return {
    ask: (name, ...args) =>
      new Promise((resolve, reject) => {
        waiting.set(post(name, args), { resolve, reject });
      }),
    rest: (resting) => void post("rest", [resting]),
    close: () => worker.terminate(),
  };
}

/** The worker's end. */
export function answerIn(
  scope: Pick<Worker, "addEventListener" | "postMessage">,
  create: (tell: (told: Told) => void) => Engine,
): void {
  const engine = create((told) => scope.postMessage({ number: -1, told } satisfies Answer));
  scope.addEventListener("message", ({ data }: MessageEvent<Asked>) => {
    const { args, name, number } = data;
    try {
      const value: unknown = (engine[name] as (...args: readonly unknown[]) => unknown)(...args);
      scope.postMessage({ number, value } satisfies Answer);
    } catch (error) {
      scope.postMessage({ number, error: String(error) } satisfies Answer);
    }
  });
}

/** Without a worker, in the same thread: in an exported file, whose policy allows none. */
export function localPort(engine: Engine): SessionPort {
  return {
    async ask(name, ...args) {
      const answer = engine[name] as (...args: readonly unknown[]) => unknown;
      return answer(...args) as never;
    },
    rest: (resting) => engine.rest(resting),
    close: () => {},
  };
}
