import type { ServerResponse } from "node:http";

export type JsonObject = Record<string, unknown>;

export interface ToolOffer {
  readonly name: string;
  readonly schema: JsonObject;
}

export interface ToolCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** `number` counts the requests of one server: ids are made of it, so that they repeat from run to run. */
export type Answer =
  | { readonly number: number; readonly text: string; readonly call?: undefined }
  | { readonly number: number; readonly call: ToolCall; readonly text?: undefined };

/** One provider's wire format. */
export interface Protocol {
  readonly path: RegExp;
  offers(asked: JsonObject): ToolOffer[];
  /** Whether the conversation already holds the result of a tool call. */
  holdsResult(asked: JsonObject): boolean;
  send(response: ServerResponse, asked: JsonObject, answer: Answer, path: string): void;
}

export const usage = { input: 120, cached: 20, output: 30 } as const;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function offer(name: unknown, schema: unknown): ToolOffer[] {
  return typeof name === "string" ? [{ name, schema: isObject(schema) ? schema : {} }] : [];
}

export function modelOf(asked: JsonObject): string {
  return typeof asked.model === "string" ? asked.model : "fake-model";
}

export function sendJson(response: ServerResponse, body: JsonObject): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

/** Server-sent events; an event without a name is a bare `data:` line. */
export function sendEvents(
  response: ServerResponse,
  events: readonly { readonly name?: string; readonly data: JsonObject | "[DONE]" }[],
): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  for (const { data, name } of events) {
    if (name !== undefined) response.write(`event: ${name}\n`);
    response.write(`data: ${data === "[DONE]" ? data : JSON.stringify(data)}\n\n`);
  }
  response.end();
}
