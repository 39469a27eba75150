/**
 * Why a store kept nothing of a delivery. `bad-data` and `too-large` are the sender's to change; the others pass, and
 * `retryAfterSeconds` says when it is worth another try.
 */
export type RefusalKind = "busy" | "bad-data" | "too-large" | "disk-full" | "closing" | "failed";

export class StoreRefusal extends Error {
  override readonly name = "StoreRefusal";
  readonly kind: RefusalKind;
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: RefusalKind, message: string, retryAfterSeconds?: number) {
    super(message);
    this.kind = kind;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Why a question was not answered. `busy` and `closing` pass; a bad cursor stays one, and so does a bad query. */
export type ReadRefusalKind = "bad-cursor" | "bad-query" | "busy" | "closing" | "failed";

export class ReadRefusal extends Error {
  override readonly name = "ReadRefusal";
  readonly kind: ReadRefusalKind;

  constructor(kind: ReadRefusalKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
