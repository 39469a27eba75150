import { Refusal } from "../refusal/refusal.ts";

/** One request's share of the memory. Grows while bytes come in; released once, whatever becomes of the request. */
export interface Hold {
  /** Throws a `busy` refusal when all requests together would hold too much. */
  grow(bytes: number): void;
  release(): void;
}

/**
 * The bytes of all requests that are being received or wait for their receipt, over every connection and both protocols.
 * Memory is taken as bytes really arrive, never by what a Content-Length claims: else a few idle connections could
 * reserve everything.
 */
export class Intake {
  readonly limit: number;
  #held = 0;
  #requests = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get held(): number {
    return this.#held;
  }

  get requests(): number {
    return this.#requests;
  }

  hold(): Hold {
    // Below the limit, or a full house would go on reading bodies only to throw them away.
    if (this.#held > this.limit * 0.9) throw new Refusal("busy");
    let mine = 0;
    let open = true;
    this.#requests++;
    return {
      grow: (bytes) => {
        if (this.#held + bytes > this.limit) throw new Refusal("busy");
        this.#held += bytes;
        mine += bytes;
      },
      release: () => {
        if (!open) return;
        open = false;
        this.#held -= mine;
        this.#requests--;
      },
    };
  }
}
