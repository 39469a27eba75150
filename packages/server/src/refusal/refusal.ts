import { catalogue, type CatalogueEntry, type RefusalCode } from "./catalogue.ts";

export interface RefusalDetails {
  /** Response headers that belong to the refusal, e.g. Allow. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds, when somebody knows better than the catalogue. */
  readonly retryAfter?: number | undefined;
  /** Ids that may have been meant: for programs that let somebody choose. */
  readonly candidates?: readonly string[];
}

/** A request, or a start, that was refused. Thrown anywhere; each door prints it in the shape its clients read. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds after which the same request may succeed; undefined when it never will. */
  readonly retryAfter: number | undefined;
  readonly candidates: readonly string[] | undefined;

  constructor(code: RefusalCode, said = "", details: RefusalDetails = {}) {
    const entry: CatalogueEntry = catalogue[code];
    super(said === "" ? entry.what : `${entry.what} ${said}`);
    this.code = code;
    this.headers = details.headers ?? {};
    this.retryAfter = details.retryAfter ?? entry.retryAfter;
    this.candidates = details.candidates;
  }

  get entry(): CatalogueEntry {
    return catalogue[this.code];
  }

  get status(): number {
    return this.entry.http ?? 500;
  }
}
