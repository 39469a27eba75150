import type { EmbeddedHome } from "@throughline/store";
import { agentSpans } from "../lib/agent-spans.ts";

const PER_REQUEST = 500;
/** Made before anything is measured: generating is no part of the store. */
const PREPARED = 400;

/** Spans that come in at a steady rate, and one who follows them all live. */
export class Inflow {
  readonly acknowledged: number[] = [];
  readonly delays: number[] = [];
  sent = 0;
  seconds = 0;
  readonly #home: EmbeddedHome;
  readonly #everyMs: number;
  readonly #seed: number;
  #started = 0;

  constructor(home: EmbeddedHome, rate: number, seed: number) {
    this.#home = home;
    this.#everyMs = (PER_REQUEST / rate) * 1_000;
    this.#seed = seed;
  }

  /** What was measured while warming up. */
  forget(): void {
    this.acknowledged.length = 0;
    this.delays.length = 0;
    this.sent = 0;
    this.seconds = 0;
  }

  start(): () => Promise<void> {
    // A repeated request would be known as such: every start has spans of its own.
    const agents = agentSpans(this.#seed + this.#started++);
    const requests = Array.from(
      { length: PREPARED },
      () => new Uint8Array(agents.request(PER_REQUEST)),
    );
    const gone = new AbortController();
    const sentAt: number[] = [];
    const appends: Promise<void>[] = [];
    const following = this.#follow(gone.signal, sentAt);
    const began = performance.now();
    const timer = setInterval(() => {
      // As many as are due: a timer that comes late makes up for it.
      const due = Math.floor((performance.now() - began) / this.#everyMs);
      while (sentAt.length < due) {
        const body = requests.pop();
        if (body === undefined) return;
        const at = performance.now();
        sentAt.push(at);
        this.sent += PER_REQUEST;
        const append = this.#home.writer.append({ signal: "traces", body });
        appends.push(append.then(() => void this.acknowledged.push(performance.now() - at)));
      }
    }, 5);
    return async () => {
      clearInterval(timer);
      this.seconds += (performance.now() - began) / 1_000;
      await Promise.all(appends);
      await following.until(sentAt.length * PER_REQUEST);
      gone.abort();
    };
  }

  /** Records are told in the order in which they were sent, so that the nth tells of which request it is. */
  #follow(signal: AbortSignal, sentAt: readonly number[]): Following {
    let heard = 0;
    let wanted = Number.POSITIVE_INFINITY;
    const enough = Promise.withResolvers<void>();
    const follow = async (): Promise<void> => {
      for await (const event of this.#home.reader.live({ records: true }, signal)) {
        if (event.type === "gap") throw new Error(`a gap after ${heard} events: ${event.reason}`);
        if (event.type !== "record") continue;
        const at = sentAt[Math.floor(heard / PER_REQUEST)] ?? Number.NaN;
        this.delays.push(performance.now() - at);
        heard++;
        if (heard >= wanted) enough.resolve();
      }
    };
    const following = follow();
    return {
      until(events) {
        wanted = events;
        if (heard >= wanted) enough.resolve();
        return Promise.race([following, enough.promise]);
      },
    };
  }
}

interface Following {
  /** Resolves once so many records were told. */
  until(events: number): Promise<void>;
}
