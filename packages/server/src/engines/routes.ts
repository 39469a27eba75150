import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { Route } from "../door/router.ts";
import { openStream, type Visit } from "../door/visit.ts";
import { Refusal } from "../refusal/refusal.ts";

/** Real engines that this server stands before: questions to them go through its doors, and past its guard. */
export interface EngineAddresses {
  readonly tempo?: string;
  readonly loki?: string;
}

type Read = (visit: Visit, signal: AbortSignal) => Promise<void>;

/** What clients of either say in headers. Their credentials are for this server and stay here. */
const PASSED = ["accept", "content-type", "x-loki-response-encoding-flags", "x-query-tags"];

/** Questions that clients of Loki also send as forms. Whatever else takes a POST there changes something. */
const FORMS = [
  "query",
  "query_range",
  "labels",
  "label",
  "series",
  "index/stats",
  "index/volume",
  "index/volume_range",
  "detected_fields",
  "detected_labels",
  "format_query",
];

const MOST_FORM_BYTES = 1024 * 1024;

/** The doors `/tempo` and `/loki`, each open to the engine behind it. */
export function engineRoutes(
  { loki, tempo }: EngineAddresses,
  reading: (read: Read) => Route["handle"],
): Route[] {
  const to = (base: string, prefix: string): Route["handle"] =>
    reading((visit, signal) => pass(visit, base, prefix, signal));
  const common = { tongue: "text" } as const;
  const routes: Route[] = [];
  if (tempo !== undefined) {
    const handle = to(tempo, "/tempo");
    for (const path of ["/tempo/ready", "/tempo/api/:path+"])
      routes.push({ ...common, method: "GET", path, name: "tempo", handle });
  }
  if (loki !== undefined) {
    const handle = to(loki, "");
    const get = { ...common, method: "GET", name: "loki", handle } as const;
    routes.push({ ...get, path: "/loki/ready", handle: to(loki, "/loki") });
    for (const form of FORMS) {
      routes.push({ ...get, path: `/loki/api/v1/${form}` });
      routes.push({ ...get, method: "POST", path: `/loki/api/v1/${form}` });
    }
    routes.push({ ...get, path: "/loki/api/v1/:path+" });
  }
  return routes;
}

async function pass(
  { request, response }: Visit,
  base: string,
  prefix: string,
  signal: AbortSignal,
): Promise<void> {
  const headers: Record<string, string> = {};
  for (const name of PASSED) {
    const value = request.headers[name];
    if (typeof value === "string") headers[name] = value;
  }
  const body = request.method === "POST" ? await formOf(request) : undefined;
  const address = base.replace(/\/+$/, "") + (request.url ?? "").slice(prefix.length);
  const answer = await fetch(address, {
    method: request.method === "POST" ? "POST" : "GET",
    headers,
    signal,
    redirect: "manual",
    ...(body !== undefined && { body }),
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new Refusal("engine_unreachable", reasonOf(error));
  });
  openStream(response, answer.headers.get("content-type") ?? "text/plain", answer.status);
  if (answer.body === null || request.method === "HEAD") return void response.end();
  await pipeline(Readable.fromWeb(answer.body), response, { signal });
}

async function formOf(request: Visit["request"]): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request) {
    if (!(part instanceof Uint8Array)) continue;
    length += part.length;
    if (length > MOST_FORM_BYTES) throw new Refusal("too_large");
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
