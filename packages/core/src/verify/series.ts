/** The keys of one metric's points or of one log stream's labels: what a backend multiplies its series by. */
export interface Series {
  readonly kind: "metric" | "stream";
  readonly service: string;
  readonly scope: string;
  /** The metric's name; empty for a stream. */
  readonly name: string;
  readonly keys: readonly string[];
}
