import type { Session, SessionRecord } from "@throughline/core/session";

/** Where a session's records come from: the backend, or a file that holds them. */
export interface Source {
  /** Tells everything there is, then what comes in, until the signal is aborted. Rejects with a sentence for people. */
  read(session: string, sink: Sink, signal: AbortSignal): Promise<void>;
  /** Nobody looks for now: what is followed may rest, and goes on from where it was. */
  rest(resting: boolean): void;
}

export interface Sink {
  session(session: Session): void;
  records(records: readonly SessionRecord[]): void;
  /** All that was there when the reading began has been told. */
  complete(): void;
  following(following: boolean): void;
}
