import type { IncomingMessage, ServerResponse } from "node:http";

/** One HTTP request on its way through the house. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What stood in the place of the `:names` of the route, percent-decoded, in order. */
  readonly captured: readonly string[];
  /** Without the question mark. */
  readonly query: string;
}

/**
 * What every answer to a browser carries. Nothing here is meant to be embedded, read or guessed at by another page; there
 * are no CORS headers anywhere.
 */
const safeHeaders = {
  "x-content-type-options": "nosniff",
  // Not "no-referrer": with that a browser sends the page's own form with `Origin: null`.
  "referrer-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
} as const;

export function reply(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : body;
  response.writeHead(status, {
    ...safeHeaders,
    ...headers,
    "content-type": type,
    "content-length": bytes.length,
  });
  response.end(response.req.method === "HEAD" ? undefined : bytes);
}

export function replyJson(response: ServerResponse, value: unknown, status = 200): void {
  reply(response, status, "application/json; charset=utf-8", JSON.stringify(value));
}

export function openStream(response: ServerResponse, type: string, status = 200): ServerResponse {
  response.writeHead(status, { ...safeHeaders, "content-type": type, "x-accel-buffering": "no" });
  response.flushHeaders();
  return response;
}
