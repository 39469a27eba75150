import type { Labels, LogEntry } from "../entry/entry.ts";

export const ERROR = "__error__";
export const ERROR_DETAILS = "__error_details__";

const NONE: Labels = new Map();

/** One entry on its way through a pipeline: its line and labels as the stages have left them. */
export class Line {
  readonly entry: LogEntry;
  text: string;
  /** What `unwrap` made of it. */
  sample: number | undefined;
  /** Made when they are needed: most lines are filtered out before. */
  #parsed: Map<string, string> | undefined;
  #hidden: Set<string> | undefined;

  constructor(entry: LogEntry) {
    this.entry = entry;
    this.text = entry.line;
  }

  /** Empty for a label that is not there, as everywhere in LogQL. */
  get(name: string): string {
    return this.#parsed?.get(name) ?? this.#stored(name) ?? "";
  }

  #stored(name: string): string | undefined {
    if (this.#hidden?.has(name)) return undefined;
    return this.entry.metadata.get(name) ?? this.entry.stream.get(name);
  }

  set(name: string, value: string): void {
    (this.#parsed ??= new Map()).set(name, value);
  }

  /** Under a name of its own where the stored record has such a label already. */
  extract(name: string, value: string, evenEmpty = false): void {
    if (value === "" && !evenEmpty) return;
    this.set(this.#stored(name) === undefined ? name : `${name}_extracted`, value);
  }

  drop(name: string): void {
    this.#parsed?.delete(name);
    (this.#hidden ??= new Set()).add(name);
  }

  get error(): string {
    return this.get(ERROR);
  }

  /** The line goes on; the first error stays. */
  fail(error: string, details: string): void {
    if (this.error !== "") return;
    this.set(ERROR, error);
    this.set(ERROR_DETAILS, details);
  }

  *names(): Generator<string, void> {
    for (const labels of [this.stream, this.metadata, this.#parsed ?? NONE]) yield* labels.keys();
  }

  get stream(): Labels {
    return this.#visible(this.entry.stream);
  }

  get metadata(): Labels {
    return this.#visible(this.entry.metadata);
  }

  /** What stages have added or changed; what was asked for by name is there also where it came out empty. */
  get parsed(): Labels {
    return this.#parsed ?? NONE;
  }

  /** Metadata hides a stream label of the same name, and what a stage sets hides both. */
  #visible(stored: Labels): Labels {
    if (this.#hidden === undefined && this.#parsed === undefined) return stored;
    return new Map(
      [...stored].filter(([name]) => !this.#hidden?.has(name) && this.#parsed?.has(name) !== true),
    );
  }
}
