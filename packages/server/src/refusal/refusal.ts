import { catalogue, type CatalogueEntry, type RefusalCode } from "./catalogue.ts";

/** A request, or a start, that was refused. Thrown anywhere; each door prints it in the shape its clients read. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  /** Response headers that belong to the refusal, e.g. Allow. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: RefusalCode, detail = "", headers: Readonly<Record<string, string>> = {}) {
    super(detail === "" ? catalogue[code].what : `${catalogue[code].what} ${detail}`);
    this.code = code;
    this.headers = headers;
  }

  get entry(): CatalogueEntry {
    return catalogue[this.code];
  }

  get status(): number {
    return this.entry.http ?? 500;
  }
}
