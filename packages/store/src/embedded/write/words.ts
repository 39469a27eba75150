import type { DatabaseSync, StatementSync } from "node:sqlite";

const LONGEST = 128;
/** Span and event names may be anything (a URL, a prompt); they must not crowd out models, tools and services. */
const MOST_NAMES = 12_000;
const MOST_WORDS = 20_000;
/** Stands for a word that is not kept: the reader looks into the record. */
export const OTHER_WORD = 0;

/** Words by id, each stored once a day. All of them fit in memory, because there is a limit to them. */
export class Words {
  readonly #ids = new Map<string, number>();
  readonly #insert: StatementSync;

  constructor(db: DatabaseSync) {
    for (const { id, value } of db.prepare("select id, value from text").iterate())
      if (typeof value === "string") this.#ids.set(value, Number(id));
    this.#insert = db.prepare("insert into text (id, value) values (?, ?)");
  }

  name(value: string): number {
    return this.#ids.get(value) ?? this.#add(value, MOST_NAMES);
  }

  /** Null for a word that was not said. */
  of(value: string | undefined): number | null {
    if (value === undefined) return null;
    return this.#ids.get(value) ?? this.#add(value, MOST_WORDS);
  }

  #add(value: string, most: number): number {
    const id = this.#ids.size + 1;
    if (value.length > LONGEST || id > most) return OTHER_WORD;
    this.#insert.run(id, value);
    this.#ids.set(value, id);
    return id;
  }
}
