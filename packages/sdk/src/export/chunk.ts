/** What OTLP calls a signal, as far as a session has them. */
export type Signal = "traces" | "logs";

/** One OTLP request, encoded and complete: from here on bytes, never objects. */
export interface Chunk {
  readonly signal: Signal;
  /** Names the chunk in the journal; counts up within a process. */
  readonly id: number;
  /** Spans or log records in it. */
  readonly records: number;
  readonly body: Uint8Array;
  /** Where a chunk came from keeps something on disk for it until this is called. */
  readonly release?: () => void;
}

let chunks = 0;

export function nextChunkId(): number {
  return ++chunks;
}
