import {
  SpanStatusCode,
  type Attributes,
  type AttributeValue,
  type Link,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  type TimeInput,
} from "@opentelemetry/api";
import type { Span, TimedEvent } from "@opentelemetry/sdk-trace";

import { exceptionAttributes } from "../../step/failure.ts";
import { checkAttributes, mostAttributes, writeValue } from "./attribute-value.ts";
import { mayBeShared, type Shared } from "../../trace/shared.ts";
import type { SharingSpan } from "../../trace/tracer.ts";
import { areEncoded, isEncoded, type Compact } from "./compact.ts";
import { hrTimeOf, isBefore, later, type HrTime } from "./hr-time.ts";
import type { Resource, Scope, Surroundings } from "./readable.ts";

/** Of events and of links, as in the official SDK. */
const most = 128;

export interface StepSpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: SpanContext;
  readonly parent: SpanContext | undefined;
  readonly startTime: TimeInput | undefined;
  readonly attributes: Attributes;
  readonly shared: readonly Shared[];
  readonly links: readonly Link[];
}

/**
 * The span of a step where the providers are ours. Processors see in it what they see in the SDK's own span. That one checks
 * and copies all attributes twice before it exists, a quarter of what a step cost: here a step's own attributes, which are
 * ours and valid by the way they are made, are taken as they are, and those that it shares with others stay what they were
 * encoded to, until somebody looks at them.
 */
export class StepSpan implements Span, SharingSpan {
  readonly kind: SpanKind;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  readonly links: Link[] = [];
  readonly events: TimedEvent[] = [];
  name: string;
  endTime: HrTime = [0, 0];
  status: SpanStatus = { code: SpanStatusCode.UNSET };
  ended = false;
  droppedAttributesCount = 0;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  readonly #surroundings: Surroundings;
  readonly #context: SpanContext;
  readonly #attributes: Attributes;
  #compact: Compact | undefined;
  #count: number;

  constructor(surroundings: Surroundings, start: StepSpanStart) {
    this.#surroundings = surroundings;
    this.kind = start.kind;
    if (start.parent !== undefined) this.parentSpanContext = start.parent;
    this.name = start.name;
    this.startTime = hrTimeOf(start.startTime);
    this.#context = start.spanContext;
    this.#attributes = start.attributes;
    const { count, dropped } = checkAttributes(start.attributes);
    this.#count = count;
    this.droppedAttributesCount = dropped;
    if (start.shared.length > 0) this.#share(start.shared);
    for (const link of start.links) this.addLink(link);
  }

  get resource(): Resource {
    return this.#surroundings.resource;
  }

  get instrumentationScope(): Scope {
    return this.#surroundings.scope;
  }

  /** Who looks at them may also write into them: from here on nothing is shared. */
  get attributes(): Attributes {
    this.#unshare();
    return this.#attributes;
  }

  /** For the encoder. */
  get compact(): Compact | undefined {
    const compact = this.#compact;
    if (compact?.name !== undefined && compact.name !== this.name) this.#unshare();
    return this.#compact;
  }

  get duration(): HrTime {
    return this.ended ? later(this.startTime, this.endTime) : [-1, -1];
  }

  spanContext(): SpanContext {
    return this.#context;
  }

  isRecording(): boolean {
    return !this.ended;
  }

  /** One thing more that others say as well; false once it has to be written as any other. */
  share(one: Shared): boolean {
    if (this.ended || this.#compact === undefined || !isEncoded(one)) return false;
    this.#compact.shared = [...this.#compact.shared, one];
    this.#count += one.size;
    return true;
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (!this.ended) this.#write(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.ended) return this;
    for (const key in attributes) {
      if (Object.prototype.hasOwnProperty.call(attributes, key)) this.#write(key, attributes[key]);
    }
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.ended) return this;
    if (this.events.length >= most) {
      this.events.shift();
      this.droppedEventsCount++;
    }
    const timed = isTime(attributesOrTime);
    this.events.push({
      name,
      time: hrTimeOf(timed ? (time ?? attributesOrTime) : time),
      attributes: cleaned(timed ? undefined : attributesOrTime),
      droppedAttributesCount: 0,
    });
    return this;
  }

  addLink({ context, attributes }: Link): this {
    if (this.ended) return this;
    if (this.links.length >= most) {
      this.links.shift();
      this.droppedLinksCount++;
    }
    this.links.push({ context, attributes: cleaned(attributes), droppedAttributesCount: 0 });
    return this;
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  /** Ok is final, and nothing takes a status back. */
  setStatus({ code, message }: SpanStatus): this {
    if (this.ended || code === SpanStatusCode.UNSET || this.status.code === SpanStatusCode.OK) {
      return this;
    }
    const told = code === SpanStatusCode.ERROR && typeof message === "string";
    this.status = { code, ...(told && { message }) };
    return this;
  }

  updateName(name: string): this {
    if (!this.ended) this.name = name;
    return this;
  }

  recordException(error: unknown, time?: TimeInput): void {
    this.addEvent("exception", exceptionAttributes(error), time);
  }

  end(endTime?: TimeInput): void {
    if (this.ended) return;
    const end = hrTimeOf(endTime);
    this.endTime = isBefore(end, this.startTime) ? this.startTime : end;
    const { processors } = this.#surroundings;
    for (const processor of processors) processor.onEnding?.(this);
    this.ended = true;
    for (const processor of processors) processor.onEnd(this);
  }

  #write(key: string, value: unknown): void {
    if (key === "" || value === undefined) return;
    if (this.#compact !== undefined && mayBeShared(key)) this.#unshare();
    const isNew = !Object.hasOwn(this.#attributes, key);
    if (isNew && this.#count >= mostAttributes) this.droppedAttributesCount++;
    else if (writeValue(this.#attributes, key, value) && isNew) this.#count++;
  }

  #share(shared: readonly Shared[]): void {
    let named: string | undefined;
    for (const { size, name } of shared) {
      this.#count += size;
      named = name ?? named;
    }
    if (areEncoded(shared)) this.#compact = { attributes: this.#attributes, shared, name: named };
    else for (const { attributes } of shared) Object.assign(this.#attributes, attributes);
  }

  #unshare(): void {
    if (this.#compact === undefined) return;
    for (const { attributes } of this.#compact.shared) Object.assign(this.#attributes, attributes);
    this.#compact = undefined;
  }
}

function cleaned(attributes: Attributes = {}): Attributes {
  const clean: Attributes = {};
  for (const [key, value] of Object.entries(attributes).slice(0, mostAttributes)) {
    writeValue(clean, key, value);
  }
  return clean;
}

function isTime(value: Attributes | TimeInput | undefined): value is TimeInput {
  return typeof value === "number" || value instanceof Date || Array.isArray(value);
}
