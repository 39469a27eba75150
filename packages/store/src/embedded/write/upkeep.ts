import type { FromWriter, WriterSettings } from "./protocol.ts";
import type { Writer } from "./writer.ts";

/** Work that can wait is done in small steps once nothing came in for so long. */
const IDLE_MS = 250;
const RETAIN_EVERY_MS = 600_000;

/** What the writer does while it has nothing else to do. */
export class Upkeep {
  readonly #writer: Writer;
  readonly #post: (message: FromWriter) => void;
  #timer: NodeJS.Timeout | undefined;
  #retained = 0;

  constructor(writer: Writer, _settings: WriterSettings, post: (message: FromWriter) => void) {
    this.#writer = writer;
    this.#post = post;
    this.later();
  }

  /** Puts the next step off: there is other work. */
  later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#step(), IDLE_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #step(): void {
    const now = Date.now();
    const { calendar } = this.#writer;
    if (!this.#writer.idle) return this.later();
    if (now - this.#retained > RETAIN_EVERY_MS) {
      this.#retained = now;
      if (calendar.retain(now)) this.#post({ type: "days", days: calendar.days });
    }
    this.later();
  }
}
