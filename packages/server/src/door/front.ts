import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { refuseOtlp } from "../receive/otlp-http.ts";
import { SenderGone } from "../receive/body.ts";
import type { ReceiveLimits } from "../receive/limits.ts";
import { refusePage } from "../page/page-shell.ts";
import { asRefusal } from "../refusal/internal.ts";
import { Refusal } from "../refusal/refusal.ts";
import type { Guard } from "./guard.ts";
import type { Route, Router, Tongue } from "./router.ts";
import { createUpgrades, type Upgrade } from "./upgrades.ts";
import { reply, replyJson, type Visit } from "./visit.ts";

export interface FrontOptions {
  readonly router: Router;
  readonly guard: Guard;
  readonly limits: ReceiveLimits;
  readonly report: (line: string) => void;
  readonly answered: (route: string, status: number) => void;
  readonly refused: (tongue: Tongue, refusal: Refusal) => void;
  /** By path. */
  readonly upgrades: ReadonlyMap<string, Upgrade>;
}

/** The one HTTP server: guards the door, finds the route, and prints what went wrong in the route's own tongue. */
export function createFront(options: FrontOptions): Server {
  const { limits } = options;
  const server = createServer(
    {
      // Slow senders: Node answers 408 and closes. Checked often, so that the bound is a bound.
      headersTimeout: Math.min(10_000, limits.requestMs),
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: Math.min(1_000, limits.requestMs),
      // Longer than the pause between two exports (5 s by default), or every export would open a connection again.
      keepAliveTimeout: 65_000,
      maxHeaderSize: 16 * 1024,
      // Others are answered as if they had not offered it: Java's HTTP client offers HTTP/2 with every first request.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
    },
    (request, response) => void welcome(options, request, response),
  );
  server.maxConnections = limits.connections;
  const { guard, report, upgrades } = options;
  server.on("upgrade", createUpgrades({ guard, report, doors: upgrades }));
  return server;
}

async function welcome(
  options: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { path, query } = splitTarget(request.url ?? "");
  const found = options.router.find(request.method ?? "", path);
  const route = found instanceof Refusal ? undefined : found.route;
  const captured = found instanceof Refusal ? [] : found.captured;
  const visit: Visit = { request, response, captured, query };
  try {
    if (route?.open !== true) admit(options.guard, visit, route);
    if (found instanceof Refusal) throw found;
    await found.route.handle(visit);
  } catch (error) {
    if (error instanceof SenderGone) return;
    const refusal = asRefusal(error, options.report);
    const tongue = route?.tongue ?? tongueOf(path);
    options.refused(tongue, refusal);
    // Half an answer can't be taken back: the missing end tells the reader.
    if (response.headersSent) response.destroy();
    else refuse(tongue, visit, refusal);
    discardRest(request, options.limits.inflated);
  } finally {
    options.answered(route?.name ?? "none", response.statusCode);
  }
}

function admit(guard: Guard, { request }: Visit, route: Route | undefined): void {
  const page = route?.tongue === "page";
  guard.place(request.headers, page && request.method === "GET");
  // The page asks for the token itself, with a form.
  if (!page) guard.token(request.headers);
}

function refuse(tongue: Tongue, visit: Visit, refusal: Refusal): void {
  if (tongue === "otlp") return refuseOtlp(visit, refusal);
  if (tongue === "page") return refusePage(visit, refusal);
  const { candidates, code, message, headers, entry, status, retryAfter } = refusal;
  for (const [name, value] of Object.entries(headers)) visit.response.setHeader(name, value);
  if (retryAfter !== undefined) visit.response.setHeader("retry-after", retryAfter);
  if (tongue === "text")
    return reply(visit.response, status, "text/plain; charset=utf-8", `${message}\n`);
  const error = { code, message, hint: entry.todo, ...(candidates && { candidates }) };
  replyJson(visit.response, { error }, status);
}

/** Somebody who missed an OTLP door by a letter still gets an answer an exporter can print. */
function tongueOf(path: string): Tongue {
  if (/^\/+(?:tempo|loki)(?:\/|$)/.test(path)) return "text";
  return /\/v1\/[^/]*$/.test(path) && !/^\/+api\//.test(path) ? "otlp" : "json";
}

/**
 * The sender may still be uploading. Reading on for a while lets it see the answer; closing at once would show it a reset
 * connection instead.
 */
function discardRest(request: IncomingMessage, most: number): void {
  if (request.complete || request.destroyed) return;
  let left = most;
  request.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.resume();
}

function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf("?");
  if (mark < 0) return { path: target, query: "" };
  return { path: target.slice(0, mark), query: target.slice(mark + 1) };
}
