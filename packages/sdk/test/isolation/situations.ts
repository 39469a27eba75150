import { EventEmitter, on } from "node:events";
import { setImmediate as immediate, setTimeout as sleep } from "node:timers/promises";

import type { Place, Turn } from "@throughline/sdk";

import { open, type Mode } from "./mode.ts";

/** Runs every session through one situation, all of them at once, and resolves when all work is done. */
export interface Situation {
  readonly name: string;
  /** Whether AsyncLocalStorage alone can carry a session through it. */
  readonly ambient: boolean;
  run(mode: Mode, sessionIds: readonly string[]): Promise<void>;
}

const each = (
  ids: readonly string[],
  work: (turn: Turn, id: string, i: number) => unknown,
): Promise<unknown> => Promise.all(ids.map((id, i) => open(id, async (turn) => work(turn, id, i))));

const noop = (): void => {};

/** A promise with its ends in hand, made where nobody's session is ambient. */
function gate<T = void>(): PromiseWithResolvers<T> {
  return Promise.withResolvers<T>();
}

async function* walk(mode: Mode, place: Place): AsyncGenerator<number> {
  for (let i = 0; i < 2; i++) {
    mode.step(place, `before yield ${i}`, noop);
    yield i;
    await immediate();
    mode.step(place, `after yield ${i}`, noop);
  }
}

const hops: Situation = {
  name: "1 hops over awaits, timers, ticks, microtasks and foreign thenables",
  ambient: true,
  run: async (mode, ids) => {
    await each(ids, async (turn) => {
      await sleep(1);
      await mode.step(turn, "timer", async (place) => {
        await new Promise((done) => setTimeout(done, 1));
        mode.step(place, "in timer", noop);
      });
      await new Promise((done) => setImmediate(done));
      mode.step(turn, "immediate", noop);
      await new Promise<void>((done) => process.nextTick(done));
      mode.step(turn, "tick", noop);
      await new Promise<void>((done) => queueMicrotask(done));
      // oxlint-disable-next-line unicorn/no-thenable -- a foreign promise library's
      await { then: (done: () => void) => setTimeout(done, 1) };
      mode.step(turn, "thenable", noop);
    });
  },
};

const parallel: Situation = {
  name: "2 parallel steps under Promise.all, then a race",
  ambient: true,
  run: async (mode, ids) => {
    const branch = (place: Place, label: string): Promise<void> =>
      mode.step(place, label, async (inner) => {
        await sleep(1);
        await mode.step(inner, `${label} inner`, () => immediate());
      });
    await each(ids, async (turn) => {
      await Promise.all([branch(turn, "a"), branch(turn, "b"), branch(turn, "c")]);
      await Promise.race([branch(turn, "d"), branch(turn, "e")]);
      await sleep(10);
    });
  },
};

const generatorOutside: Situation = {
  name: "3 an async generator made in a session is consumed outside any",
  ambient: false,
  run: async (mode, ids) => {
    const made = gate<AsyncGenerator<number>[]>();
    const consumer = drainAll(made.promise);
    const generators: AsyncGenerator<number>[] = [];
    await each(ids, (turn) => generators.push(mode.generator(turn, walk(mode, turn))));
    made.resolve(generators);
    await consumer;
  },
};

async function drainAll(made: Promise<readonly AsyncGenerator<number>[]>): Promise<void> {
  await Promise.all((await made).map((generator) => drain(generator)));
}

async function drain(source: AsyncIterable<unknown>): Promise<void> {
  for await (const item of source) void item;
}

const generatorElsewhere: Situation = {
  name: "4 an async generator made in one session is consumed inside another",
  ambient: false,
  run: async (mode, ids) => {
    const made = ids.map(() => gate<AsyncGenerator<number>>());
    await each(ids, async (turn, _id, i) => {
      made[i]?.resolve(mode.generator(turn, walk(mode, turn)));
      const others = await made[(i + 1) % ids.length]?.promise;
      if (others !== undefined) await drain(others);
      mode.step(turn, "own", noop);
    });
  },
};

const emitterByAnother: Situation = {
  name: "5 an emitter's handler registered by one session is fired by another",
  ambient: false,
  run: async (mode, ids) => {
    const emitters = ids.map(() => new EventEmitter());
    const ready = gate();
    let registered = 0;
    await each(ids, async (turn, _id, i) => {
      emitters[i]?.on(
        "event",
        mode.callback(turn, () => mode.step(turn, "handler", noop)),
      );
      if ((registered += 1) === ids.length) ready.resolve();
      await ready.promise;
      emitters[(i + 1) % ids.length]?.emit("event");
      mode.step(turn, "own", noop);
    });
  },
};

const emitterFromOutside: Situation = {
  name: "6 an emitter's handler registered by a session is fired from outside any",
  ambient: false,
  run: async (mode, ids) => {
    const emitter = new EventEmitter().setMaxListeners(0);
    await each(ids, (turn) => {
      emitter.on(
        "event",
        mode.callback(turn, () => mode.step(turn, "handler", noop)),
      );
      mode.step(turn, "own", noop);
    });
    emitter.emit("event");
  },
};

/** Workers start with the first job and then take whatever comes, in the context of the session that started them. */
class LazyPool {
  readonly #jobs: (() => unknown)[] = [];
  #workers = 0;

  add(job: () => unknown): Promise<void> {
    const done = gate();
    this.#jobs.push(async () => {
      await job();
      done.resolve();
    });
    if (this.#workers < 4) {
      this.#workers += 1;
      void this.#work();
    }
    return done.promise;
  }

  async #work(): Promise<void> {
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      await job();
      await immediate();
    }
    this.#workers -= 1;
  }
}

const pool: Situation = {
  name: "7 a shared pool whose workers start lazily runs jobs of whichever session comes next",
  ambient: false,
  run: async (mode, ids) => {
    const shared = new LazyPool();
    await each(ids, async (turn) => {
      const job = (label: string): (() => unknown) =>
        mode.callback(turn, () => mode.step(turn, label, () => immediate()));
      await Promise.all([shared.add(job("first")), shared.add(job("second"))]);
    });
  },
};

/** Collects keys until the tick is over and loads them all in one callback: that of the first who asked. */
class Loader {
  #batch: (() => void)[] = [];

  load(arrived: () => void): Promise<void> {
    const done = gate();
    if (this.#batch.push(() => (arrived(), done.resolve())) === 1) {
      setImmediate(() => {
        const batch = this.#batch;
        this.#batch = [];
        for (const one of batch) one();
      });
    }
    return done.promise;
  }
}

const loader: Situation = {
  name: "8 a batch loader runs the keys of many sessions in one callback",
  ambient: false,
  run: async (mode, ids) => {
    const shared = new Loader();
    await each(ids, async (turn) => {
      await immediate();
      await shared.load(mode.callback(turn, () => mode.step(turn, "loaded", noop)));
      mode.step(turn, "own", noop);
    });
  },
};

const abort: Situation = {
  name: "9 an abort listener of one session is triggered by another's abort",
  ambient: false,
  run: async (mode, ids) => {
    const controllers = ids.map(() => new AbortController());
    const ready = gate();
    let registered = 0;
    await each(ids, async (turn, _id, i) => {
      const listener = mode.callback(turn, () => mode.step(turn, "aborted", noop));
      controllers[i]?.signal.addEventListener("abort", listener, { once: true });
      if ((registered += 1) === ids.length) ready.resolve();
      await ready.promise;
      controllers[(i + 1) % ids.length]?.abort();
      mode.step(turn, "own", noop);
    });
  },
};

const sharedSource: Situation = {
  name: "11 streams of many sessions are fed by one shared source",
  ambient: false,
  run: async (mode, ids) => {
    const source = new EventEmitter().setMaxListeners(0);
    await each(ids, (turn) => {
      const chunk = mode.callback(turn, (i: number) => mode.step(turn, `chunk ${i}`, noop));
      source.on("chunk", chunk);
    });
    for (let i = 0; i < 2; i++) {
      await immediate();
      source.emit("chunk", i);
    }
  },
};

const exceptions: Situation = {
  name: "13 exceptions thrown in nested steps, caught, work goes on",
  ambient: true,
  run: async (mode, ids) => {
    await each(ids, async (turn) => {
      await mode
        .step(turn, "outer", (outer) =>
          mode.step(outer, "inner", async () => {
            await sleep(1);
            throw new Error("expected");
          }),
        )
        .catch(noop);
      mode.step(turn, "afterwards", noop);
      try {
        mode.step(turn, "synchronous", () => {
          throw new Error("expected");
        });
      } catch {
        mode.step(turn, "in catch", noop);
      }
    });
  },
};

const orphan: Situation = {
  name: "14 a parent ends before its child",
  ambient: true,
  run: async (mode, ids) => {
    await each(ids, async (turn) => {
      const child = gate();
      mode.step(turn, "parent", (place) => {
        void mode.step(place, "child", async (inner) => {
          await sleep(5);
          mode.step(inner, "grandchild", noop);
          child.resolve();
        });
      });
      await child.promise;
    });
  },
};

const nested: Situation = {
  name: "16 a session nested in a session, then back in the outer one",
  ambient: true,
  run: async (mode, ids) => {
    await each(ids, async (turn, id) => {
      mode.step(turn, "before", noop);
      await open(`${id} inner`, async (inner) => {
        await immediate();
        await mode.step(inner, "within", () => immediate());
      });
      mode.step(turn, "after", noop);
    });
  },
};

const mutex: Situation = {
  name: "17 a mutex and a memoised promise shared by all sessions",
  ambient: true,
  run: async (mode, ids) => {
    let last: Promise<unknown> = Promise.resolve();
    let memo: Promise<void> | undefined;
    await each(ids, async (turn) => {
      const before = last;
      const mine = gate();
      last = mine.promise;
      await before;
      mode.step(turn, "in the lock", noop);
      mine.resolve();
      memo ??= sleep(1);
      await memo;
      mode.step(turn, "after the memo", noop);
    });
  },
};

const iterator: Situation = {
  name: "18 an async iterator over a shared emitter",
  ambient: true,
  run: async (mode, ids) => {
    const emitter = new EventEmitter().setMaxListeners(0);
    const ready = gate();
    let registered = 0;
    const all = each(ids, async (turn) => {
      const events = on(emitter, "event");
      if ((registered += 1) === ids.length) ready.resolve();
      let seen = 0;
      for await (const event of events) {
        mode.step(turn, `event ${String(event[0])}`, noop);
        if ((seen += 1) === 2) break;
      }
    });
    await ready.promise;
    emitter.emit("event", 0);
    await immediate();
    emitter.emit("event", 1);
    await all;
  },
};

export const inMemory: readonly Situation[] = [
  hops,
  parallel,
  generatorOutside,
  generatorElsewhere,
  emitterByAnother,
  emitterFromOutside,
  pool,
  loader,
  abort,
  sharedSource,
  exceptions,
  orphan,
  nested,
  mutex,
  iterator,
];
