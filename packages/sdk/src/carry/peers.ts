import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

/**
 * Who sent the headers that a propagator is asked to read. A propagator sees nothing but the headers object, and nobody may
 * say of himself who he is; Node announces each request, with its socket, before any instrumentation reads its headers.
 */
const requests = new WeakMap<object, IncomingMessage>();
let watching = false;

export function watchPeers(): void {
  if (watching) return;
  watching = true;
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { readonly request: IncomingMessage };
    requests.set(request.headers, request);
  });
}

/** Undefined for what did not come in through node:http. */
export function peerOf(carrier: unknown): string | undefined {
  return typeof carrier === "object" && carrier !== null
    ? requests.get(carrier)?.socket.remoteAddress
    : undefined;
}
