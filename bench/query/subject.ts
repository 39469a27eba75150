/** Something that takes OTLP and answers in the protocols of Tempo and Loki, in a process of its own. */
export interface Subject {
  readonly name: string;
  /** Where spans and log records are sent, as OTLP over HTTP. */
  readonly traces: string;
  readonly logs: string;
  /** Where `/api/search` and `/loki/api/v1/query_range` are. */
  readonly tempo: string;
  readonly loki: string;
  /** Resolves once everything that was sent can be found. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** Undefined, with a line said, where it can't be had on this machine. */
export type StartSubject = (directory: string) => Promise<Subject | undefined>;
