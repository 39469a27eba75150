import type { PlainMap, PlainValue, Scope, SpanEvent, TelemetryRecord } from "../record/record.ts";
import { currentName } from "../superseded.ts";
import type { Settings } from "./settings.ts";
import { ORDINARY, type Traits, traitsOf } from "./traits.ts";

/**
 * One look over everything a record says, for all rules that want to know: to go through a map without a prototype costs
 * more than any rule does with it.
 */
export interface Glance {
  /** About what the record takes in OTLP protobuf; text counts by its UTF-16 length. */
  readonly bytes: number;
  /** Where message content stands. */
  readonly content: readonly string[];
  readonly secrets: readonly Leak[];
  /** Attributes, and events of spans, that are called otherwise today. */
  readonly outdated: readonly Renamed[];
  /** Whether it reports tokens or money. */
  readonly usage: boolean;
  /** Whether it says where in the code it comes from. */
  readonly code: boolean;
}

export interface Renamed {
  /** `attribute gen_ai.system`. */
  readonly what: string;
  readonly current: string;
}

/** Where something has the shape of a secret, and of which. */
export interface Leak {
  readonly where: string;
  readonly shape: string;
}

/** Ids, times, kind, status and framing of a record without attributes. */
const BARE = 90;
const FRAMING = 8;
const DEEPEST = 16;

/** Where the old events of GenAI spans have the message: Strands, Agent Framework. */
const messageKeys = ["content", "message", "tool_calls"];

const NONE: readonly never[] = Object.freeze([]);

/** Looks at one record after the other. It is its own glance at the last one, so that a record costs no object. */
export class Eye implements Glance {
  bytes = BARE;
  content: string[] | readonly never[] = NONE;
  secrets: readonly Leak[] = NONE;
  outdated: readonly Renamed[] = NONE;
  usage = false;
  code = false;
  readonly #secretsIn: Settings["secretsIn"];
  #scope: Scope | undefined;
  #secretsOfScope: readonly Leak[] = NONE;

  constructor(secretsIn: Settings["secretsIn"]) {
    this.#secretsIn = secretsIn;
  }

  /** What many records share is looked at once. */
  static secretsAmong(
    attributes: PlainMap,
    before: string,
    secretsIn: Settings["secretsIn"],
  ): readonly Leak[] {
    const eye = new Eye(secretsIn);
    eye.#attributes(attributes, before);
    return eye.secrets;
  }

  look(record: TelemetryRecord): void {
    this.bytes = BARE;
    this.content = NONE;
    this.secrets = this.#amongScope(record.scope);
    this.outdated = NONE;
    this.usage = false;
    this.code = false;
    this.#attributes(record.attributes, "");
    if (record.kind === "log") {
      this.#value(record.body, "the body");
      this.#value(record.eventName, "the event's name");
      // The old GenAI events put the message into the body.
      if (currentName.event(record.eventName) !== undefined && !isEmpty(record.body))
        this.#noteContent("the body");
      return;
    }
    this.#value(record.name, "the span's name");
    const { events, links, status } = record;
    if (status.message !== "") this.#value(status.message, "the status");
    for (const event of events) this.#event(event);
    for (const link of links) this.#attributes(link.attributes, "a link: ");
  }

  #event({ attributes, name }: SpanEvent): void {
    this.#value(name, "an event's name");
    this.#attributes(attributes, `the event ${name}: `);
    const current = currentName.event(name);
    if (current === undefined) return;
    this.outdated = [...this.outdated, { what: `event ${name}`, current }];
    for (const key of messageKeys)
      if (!isEmpty(attributes[key])) this.#noteContent(`the event ${name}: ${key}`);
  }

  #amongScope(scope: Scope): readonly Leak[] {
    if (scope !== this.#scope) {
      this.#scope = scope;
      this.#secretsOfScope = Eye.secretsAmong(scope.attributes, "the scope: ", this.#secretsIn);
    }
    return this.#secretsOfScope;
  }

  #attributes(attributes: PlainMap, before: string): void {
    for (const key of Object.keys(attributes)) {
      const value = attributes[key];
      if (value === undefined) continue;
      this.bytes += FRAMING + key.length;
      const traits = traitsOf(key);
      if (traits !== ORDINARY) this.#note(traits, key, value, before);
      if (typeof value === "number" || typeof value === "boolean") this.bytes += FRAMING;
      else this.#value(value, before, key);
    }
  }

  #note(
    { code, content, current, usage }: Traits,
    key: string,
    value: PlainValue,
    before: string,
  ): void {
    if (usage) this.usage = true;
    if (code) this.code = true;
    if (content && !isEmpty(value)) this.#noteContent(before + key);
    if (current !== undefined)
      this.outdated = [...this.outdated, { what: `attribute ${key}`, current }];
  }

  #noteContent(where: string): void {
    this.content = [...this.content, where];
  }

  /** Looks at every text in a value. */
  #value(value: PlainValue, before: string, key = ""): void {
    const shape = typeof value === "string" ? this.#shapeOf(value) : this.#shapeWithin(value, 0);
    if (shape !== undefined) this.secrets = [...this.secrets, { where: before + key, shape }];
  }

  #shapeOf(text: string): string | undefined {
    this.bytes += text.length;
    return this.#secretsIn(text)[0];
  }

  #shapeWithin(value: PlainValue, depth: number): string | undefined {
    this.bytes += FRAMING;
    if (typeof value !== "object" || value === null || depth > DEEPEST) return undefined;
    if (value instanceof Uint8Array) {
      this.bytes += value.length;
      return undefined;
    }
    let found: string | undefined;
    for (const part of Object.values<PlainValue>(value)) {
      const shape =
        typeof part === "string" ? this.#shapeOf(part) : this.#shapeWithin(part, depth + 1);
      found ??= shape;
    }
    return found;
  }
}

/** What is left of messages that were taken out counts as none. */
function isEmpty(value: PlainValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "string") return value === "" || value === "[]" || value === "{}";
  return Array.isArray(value) && value.length === 0;
}
