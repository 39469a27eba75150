import type { CommitNotice } from "../write/protocol.ts";

/** The commits of the last moments, for who comes back with a cursor. Bounded in bytes: at 10,000 spans a second it spans 2 s. */
export class NoticeWindow {
  readonly #maxBytes: number;
  #notices: CommitNotice[] = [];
  #bytes = 0;
  #next: number;

  /** `last` is the number of the last commit before this process. */
  constructor(last: number, maxBytes: number) {
    this.#next = last + 1;
    this.#maxBytes = maxBytes;
  }

  /** The oldest commit that is still here, or the next one. */
  get first(): number {
    return this.#notices[0]?.commit ?? this.#next;
  }

  /** The commit that is yet to come. */
  get next(): number {
    return this.#next;
  }

  at(commit: number): CommitNotice | undefined {
    return this.#notices[commit - this.first];
  }

  /** The notices that had to go. */
  add(notice: CommitNotice): readonly CommitNotice[] {
    if (notice.commit !== this.#next) this.#clear();
    this.#next = notice.commit + 1;
    this.#notices.push(notice);
    this.#bytes += sizeOf(notice);
    let dropped = 0;
    for (const old of this.#notices) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#bytes -= sizeOf(old);
      dropped++;
    }
    return dropped === 0 ? [] : this.#notices.splice(0, dropped);
  }

  #clear(): void {
    this.#notices = [];
    this.#bytes = 0;
  }
}

const OVERHEAD = 1_024;

function sizeOf({ bodies, records }: CommitNotice): number {
  return bodies.reduce((sum, { byteLength }) => sum + byteLength, records.byteLength + OVERHEAD);
}
