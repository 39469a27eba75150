import { diag } from "@opentelemetry/api";

import type { Health as Delivery } from "./export/health.ts";

/** What went other than it should, counted since the process began. All zero is the normal state. */
export interface Counters {
  /** Steps started with no session in reach: they carry no id. */
  readonly stepsWithoutSession: number;
  /** Steps of a handle that were started in another session's context: the handle won. */
  readonly ambientOverruled: number;
  /** Callbacks that ran without the context they were given, because no context manager is registered. */
  readonly contextNotCarried: number;
  /** Session ids of the application that could not be used as they are and were replaced by their hash. */
  readonly replacedIds: number;
  /** Session ids from carriers that were dropped. */
  readonly rejectedIds: number;
  /** Callers that named a session and were not believed. */
  readonly untrustedCallers: number;
  /** Baggage members that found no room in a carrier. */
  readonly droppedBaggage: number;
  /** Spans and log records whose session id something else had overwritten. */
  readonly restoredIds: number;
  /** Session and segment roots that kept random ids, because neither processor nor id generator is installed. */
  readonly unplacedRoots: number;
  /** Segments opened because a trace was full. */
  readonly segments: number;
  /** Streams that nobody consumed to the end; their step was marked interrupted. */
  readonly abandonedStreams: number;
  /** Steps still open when the process was asked to end them. */
  readonly interruptedSteps: number;
  readonly pluginErrors: number;
  /** Log records that were lost because a processor of the host threw on them. */
  readonly logErrors: number;
}

export interface Health extends Counters {
  /** Counters of the exporter that `start()` installed. */
  readonly delivery: Delivery | undefined;
}

const counters: { -readonly [counter in keyof Counters]: number } = {
  stepsWithoutSession: 0,
  ambientOverruled: 0,
  contextNotCarried: 0,
  replacedIds: 0,
  rejectedIds: 0,
  untrustedCallers: 0,
  droppedBaggage: 0,
  restoredIds: 0,
  unplacedRoots: 0,
  segments: 0,
  abandonedStreams: 0,
  interruptedSteps: 0,
  pluginErrors: 0,
  logErrors: 0,
};

let delivery: (() => Delivery) | undefined;

export function health(): Health {
  return { ...counters, delivery: delivery?.() };
}

/** The exporter's counters join `health()`; undefined takes them out again. */
export function reportDelivery(read: (() => Delivery) | undefined): void {
  delivery = read;
}

const said = new Set<string>();

/** Counts, and says it through OTel's diag logger the first time. */
export function count(counter: keyof Counters, message?: () => string): void {
  counters[counter] += 1;
  if (message !== undefined) sayOnce(counter, message);
}

export function sayOnce(topic: string, message: () => string): void {
  if (said.has(topic)) return;
  said.add(topic);
  diag.warn(`throughline: ${message()} (said once, counted in health())`);
}
