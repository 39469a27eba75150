import { attr } from "@throughline/core";
import {
  createSkimmer,
  decodeLogs,
  decodeTraces,
  encodeLogs,
  encodeTraces,
  type KeyValue,
  type LogsRequest,
  OtlpError,
  type Skimmer,
  type TracesRequest,
} from "@throughline/core/otlp";
import type { Delivery, Receipt, SessionWriter } from "../home.ts";
import { StoreRefusal } from "../refusal.ts";

const PATIENCE_MS = 30_000;
const SAID = 300;
const EVENT_NAME = "event.name";

/** Hands every request on to one OTLP/HTTP endpoint. What that has acknowledged is durable as far as it says so. */
export class Forwarder implements SessionWriter {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #skimmer: Skimmer = createSkimmer({ attributes: [], resourceAttributes: [] });

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#url = url.replace(/\/+$/, "");
    this.#headers = headers;
  }

  async append(delivery: Delivery): Promise<Receipt> {
    const { signal } = delivery;
    const { accepted, rejected } = this.#count(delivery);
    const response = await this.#send(`${this.#url}/v1/${signal}`, stamped(delivery));
    const said = new Uint8Array(await response.arrayBuffer());
    if (!response.ok) throw refusalOf(response, new TextDecoder().decode(said.subarray(0, SAID)));
    const refused = rejectedIn(said);
    return {
      accepted: Math.max(0, accepted - refused),
      rejected: rejected + refused,
      reason: rejected + refused === 0 ? "" : "Some records were malformed or refused downstream.",
      duplicate: false,
    };
  }

  async #send(url: string, body: Uint8Array<ArrayBuffer>): Promise<Response> {
    try {
      return await fetch(url, {
        method: "POST",
        headers: { ...this.#headers, "content-type": "application/x-protobuf" },
        body,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch (error) {
      const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const why = reason instanceof Error ? reason.message : String(reason);
      throw new StoreRefusal("busy", `${this.#url} can't be reached: ${why}.`, 5);
    }
  }

  #count({ body, signal }: Delivery): { readonly accepted: number; readonly rejected: number } {
    try {
      return this.#skimmer[signal](body, () => {});
    } catch (error) {
      if (error instanceof OtlpError) throw new StoreRefusal("bad-data", error.message);
      throw error;
    }
  }
}

/**
 * Behind the endpoint nobody knows doors: each record takes the session along. And Loki drops the EventName of a log record, so
 * its older form goes with it, the attribute.
 */
function stamped({ body, door, signal }: Delivery): Uint8Array<ArrayBuffer> {
  if (signal === "logs") return new Uint8Array(encodeLogs(stampedLogs(decodeLogs(body), door)));
  if (signal === "metrics" || door === undefined) return body;
  return new Uint8Array(encodeTraces(stampedTraces(decodeTraces(body), door)));
}

function stampedTraces({ resourceSpans }: TracesRequest, door: string): TracesRequest {
  return {
    resourceSpans: resourceSpans.map((group) => ({
      ...group,
      scopeSpans: group.scopeSpans.map((scope) => ({
        ...scope,
        spans: scope.spans.map((span) => ({
          ...span,
          attributes: withNote(span.attributes, attr.door, door),
        })),
      })),
    })),
  };
}

function stampedLogs({ resourceLogs }: LogsRequest, door: string | undefined): LogsRequest {
  return {
    resourceLogs: resourceLogs.map((group) => ({
      ...group,
      scopeLogs: group.scopeLogs.map((scope) => ({
        ...scope,
        logRecords: scope.logRecords.map((log) => {
          let { attributes } = log;
          const named = attributes.some(({ key }) => key === EVENT_NAME);
          if (log.eventName !== "" && !named)
            attributes = withNote(attributes, EVENT_NAME, log.eventName);
          if (door !== undefined) attributes = withNote(attributes, attr.door, door);
          return { ...log, attributes };
        }),
      })),
    })),
  };
}

function withNote(attributes: readonly KeyValue[], key: string, text: string): KeyValue[] {
  return [
    ...attributes.filter((attribute) => attribute.key !== key),
    { key, value: { stringValue: text } },
  ];
}

function refusalOf({ headers, status }: Response, said: string): StoreRefusal {
  const message = `The endpoint behind this one refused with ${status}: ${said.trim()}`;
  if (status === 413) return new StoreRefusal("too-large", message);
  if (status === 429 || status >= 502) {
    const after = Number(headers.get("retry-after"));
    return new StoreRefusal("busy", message, Number.isFinite(after) && after > 0 ? after : 5);
  }
  return new StoreRefusal(status < 500 ? "bad-data" : "failed", message);
}

/** An export response holds at most a partial success (1), and that a number of rejected records (1). */
function rejectedIn(response: Uint8Array): number {
  if (response[0] !== 0x0a || response[2] !== 0x08) return 0;
  let value = 0;
  for (let at = 3, shift = 1; at < response.length && at < 12; at++, shift *= 128) {
    const byte = response[at] ?? 0;
    value += (byte & 0x7f) * shift;
    if (byte < 0x80) break;
  }
  return value;
}
