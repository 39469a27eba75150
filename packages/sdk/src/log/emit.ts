import * as api from "@opentelemetry/api";
import type { Attributes, Context } from "@opentelemetry/api";

import { count } from "../health.ts";
import type { Identity } from "../identity.ts";
import { scope } from "../trace/tracer.ts";

/** What both logs APIs understand. */
export interface Emission {
  readonly eventName?: string;
  /** Milliseconds since the epoch. */
  readonly timestamp?: number;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body?: string;
  readonly attributes: Attributes;
  readonly context: Context;
}

interface Logger {
  emit(record: Emission): void;
}
interface LoggerProvider {
  getLogger(name: string, version?: string): Logger;
}

/**
 * The logs API came into @opentelemetry/api with 1.10; hosts of the 2.x line have it in api-logs, a package of its own with
 * a global of its own, and a provider set on one hears nothing of the other. api-logs keeps its provider behind a
 * registered symbol, a function of the compatibility version: read there, no copy of api-logs has to be found.
 */
const separateApi = Symbol.for("io.opentelemetry.js.api.logs");
const separateApiVersion = 1;

function provider(): LoggerProvider | undefined {
  const built = "logs" in api ? (api.logs.getLoggerProvider() as LoggerProvider) : undefined;
  // Until the host sets one, the API hands out a proxy that leads nowhere.
  if (built !== undefined && !("_setDelegate" in built)) return built;
  const separate: unknown = Reflect.get(globalThis, separateApi);
  if (typeof separate !== "function") return built;
  return (separate(separateApiVersion) as LoggerProvider | undefined) ?? built;
}

let from: LoggerProvider | undefined;
let logger: Logger | undefined;

// Emitting is synchronous: this is never anybody's but the record's that is being written right now.
let emitting: Identity | undefined;

/** For our processor: the record that arrives is one of ours and has all it needs. */
export function takeEmission(): Identity | undefined {
  const identity = emitting;
  emitting = undefined;
  return identity;
}

export function emit(record: Emission, identity: Identity | undefined): void {
  try {
    const current = provider();
    if (current === undefined) return;
    if (current !== from || logger === undefined) {
      from = current;
      logger = current.getLogger(scope.name, scope.version);
    }
    emitting = identity;
    logger.emit(record);
  } catch (error) {
    count(
      "logErrors",
      () => `a log record was lost, because its processor threw: ${String(error)}`,
    );
  } finally {
    emitting = undefined;
  }
}
