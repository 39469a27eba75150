/** Names as Loki has them: letters, digits and underscores. */
export type Labels = ReadonlyMap<string, string>;

/** A log record as LogQL sees it. */
export interface LogEntry {
  readonly timeNs: bigint;
  readonly line: string;
  /** What selectors look at; the same object for all entries of a stream. */
  readonly stream: Labels;
  /** Structured metadata: whatever else the record carries. */
  readonly metadata: Labels;
}
