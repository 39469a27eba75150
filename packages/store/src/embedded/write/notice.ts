import { type MembershipKind, memberships } from "@throughline/core";
import type { Day } from "../days/day.ts";
import {
  type CommitNotice,
  NOTICE_STRIDE,
  NOTICED,
  type NoticedOrigin,
  type NoticedStrand,
} from "./protocol.ts";

/** Gathers what a commit notice says while the records of its commit are filed. */
export class NoticeBuilder {
  #records = new Float64Array(1024 * NOTICE_STRIDE);
  #filled = 0;
  readonly #sessions = new Map<string, number>();

  record(
    id: number,
    body: number,
    start: number,
    end: number,
    origin: number,
    flags: number,
    isLog: boolean,
  ): void {
    if (this.#filled === this.#records.length) {
      const larger = new Float64Array(this.#records.length * 2);
      larger.set(this.#records);
      this.#records = larger;
    }
    const records = this.#records;
    let at = this.#filled;
    records[at++] = id;
    records[at++] = body;
    records[at++] = start;
    records[at++] = end;
    records[at++] = origin;
    records[at++] = flags;
    records[at++] = isLog ? 1 : 0;
    records[at++] = -1;
    records[at++] = memberships.indexOf("none");
    this.#filled = at;
  }

  /** Of the record told last. */
  belongs(session: string, membership: MembershipKind): void {
    const at = this.#filled - NOTICE_STRIDE;
    this.#records[at + NOTICED.session] = this.#session(session);
    this.#records[at + NOTICED.membership] = memberships.indexOf(membership);
  }

  take(
    about: { readonly commit: number; readonly day: Day; readonly atMs: number },
    bodies: readonly Uint8Array<ArrayBuffer>[],
    origins: readonly NoticedOrigin[],
    attached: readonly NoticedStrand[],
    aliases: CommitNotice["aliases"],
    touched: Iterable<string>,
  ): CommitNotice {
    for (const session of touched) this.#session(session);
    const notice: CommitNotice = {
      ...about,
      bodies,
      records: this.#records.slice(0, this.#filled),
      sessions: [...this.#sessions.keys()],
      origins,
      attached,
      aliases,
    };
    this.clear();
    return notice;
  }

  clear(): void {
    this.#filled = 0;
    this.#sessions.clear();
  }

  #session(session: string): number {
    let index = this.#sessions.get(session);
    if (index === undefined) {
      index = this.#sessions.size;
      this.#sessions.set(session, index);
    }
    return index;
  }
}
