const MiB = 1024 * 1024;

/** What one stranger, and all of them together, may ask of this process. */
export interface ReceiveLimits {
  /** One request body as it comes over the wire. The collector's default is 20 MiB; one SDK batch is far below 4. */
  readonly body: number;
  /** The same body after decompression: what a gzip bomb may grow to before it is refused. */
  readonly inflated: number;
  /** JSON is parsed in one go on the main thread and becomes up to 20 times its size (`{},{},...`), so it is held shorter. */
  readonly json: number;
  /** Bytes of all requests together, from the first one read until its receipt. */
  readonly inFlight: number;
  /** A request that has not come in whole after this long is dropped. */
  readonly requestMs: number;
  readonly connections: number;
}

export const defaultReceiveLimits: ReceiveLimits = {
  body: 32 * MiB,
  inflated: 64 * MiB,
  json: 8 * MiB,
  inFlight: 160 * MiB,
  requestMs: 30_000,
  connections: 2_000,
};
