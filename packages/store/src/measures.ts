/** What goes on inside a store, for who runs it. */
export interface StoreMeasures {
  /** Tells of every group commit from now on; gives the way to stop it. */
  onCommit(listener: (commit: CommitMeasure) => void): () => void;
  /** Deliveries that wait for their commit. */
  queue(): { readonly requests: number; readonly bytes: number };
  /** What lies on disk; the write-ahead log is part of it until SQLite has moved its pages. */
  files(): { readonly days: number; readonly bytes: number; readonly walBytes: number };
  /** Questions that are worked on and those that wait, by the thread that answers them. */
  readers(): Readonly<Record<"lookups" | "scans", ReaderLoad>>;
}

export interface CommitMeasure {
  /** Writing the group's blocks, sessions and traces, and the fdatasync; filing its records goes before it. */
  readonly seconds: number;
  readonly requests: number;
  /** Spans and log records. */
  readonly records: number;
}

export interface ReaderLoad {
  readonly running: number;
  readonly waiting: number;
}
