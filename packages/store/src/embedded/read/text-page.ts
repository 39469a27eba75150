import type { RecordPage } from "../../home.ts";

/** A page of records that are JSON already: made of their bytes where those lie, and never objects in this thread. */
export class TextPage {
  readonly #records: readonly string[];
  readonly #rest: Omit<RecordPage, "records">;

  constructor(records: readonly string[], rest: Omit<RecordPage, "records">) {
    this.#records = records;
    this.#rest = rest;
  }

  /** The JSON of a `RecordPage`. */
  toString(): string {
    return `{"records":[${this.#records.join()}],${JSON.stringify(this.#rest).slice(1)}`;
  }
}
