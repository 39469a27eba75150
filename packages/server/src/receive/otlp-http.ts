import type { IncomingMessage } from "node:http";
import type { Signal } from "@throughline/store";

import type { Route } from "../door/router.ts";
import type { Visit } from "../door/visit.ts";
import { Refusal } from "../refusal/refusal.ts";
import { exportResponse, statusMessage, type Format } from "./answer.ts";
import { compressionOf, readBody } from "./body.ts";
import { readDoor, type Receiver } from "./receiver.ts";

const signals: readonly Signal[] = ["traces", "logs", "metrics"];

const contentType: Readonly<Record<Format, string>> = {
  protobuf: "application/x-protobuf",
  json: "application/json",
};

/** `POST /v1/{signal}`, and the same behind the door of one session: `/run/{session id}/v1/{signal}`. */
export function otlpRoutes(receiver: Receiver): Route[] {
  // Exporters that are set up for a Loki append /v1/logs to its address.
  const asLoki = ["/otlp/v1/logs", "/loki/otlp/v1/logs"].map((path): Route => ({
    method: "POST",
    path,
    tongue: "otlp",
    name: "otlp",
    handle: (visit) => receive(receiver, "logs", undefined, visit),
  }));
  const doors = signals.flatMap((signal): Route[] => [
    {
      method: "POST",
      path: `/v1/${signal}`,
      tongue: "otlp",
      name: "otlp",
      handle: (visit) => receive(receiver, signal, undefined, visit),
    },
    {
      method: "POST",
      path: `/run/:session/v1/${signal}`,
      tongue: "otlp",
      name: "otlp",
      handle: (visit) => receive(receiver, signal, readDoor(visit.captured[0] ?? ""), visit),
    },
  ]);
  return [...doors, ...asLoki];
}

async function receive(
  receiver: Receiver,
  signal: Signal,
  door: string | undefined,
  { request, response }: Visit,
): Promise<void> {
  const { intake, limits, measures } = receiver;
  const format = formatOf(request);
  const compression = compressionOf(request.headers["content-encoding"]);
  if (receiver.closing()) throw new Refusal("closing");
  const most =
    format === "json"
      ? { ...limits, body: Math.min(limits.body, limits.json), inflated: limits.json }
      : limits;
  if (Number(request.headers["content-length"] ?? 0) > most.body) {
    throw new Refusal("too_large", `The limit is ${most.body} bytes.`);
  }
  const hold = intake.hold();
  try {
    const body = await readBody(request, compression, most, hold);
    measures.received(signal, "http", body.length);
    const receipt = await receiver.deliver(signal, format, body, door);
    const answer = exportResponse(signal, receipt, format);
    response.writeHead(200, {
      "content-type": contentType[format],
      "content-length": answer.length,
    });
    response.end(answer);
  } finally {
    hold.release();
  }
}

export function refuseOtlp({ request, response }: Visit, refusal: Refusal): void {
  // Who asked in a form we don't know gets protobuf, OTLP's default.
  const format = mediaType(request) === contentType.json ? "json" : "protobuf";
  const body = statusMessage(refusal, format);
  const { retryAfter } = refusal;
  response.writeHead(refusal.status, {
    ...refusal.headers,
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    "content-type": contentType[format],
    "content-length": body.length,
  });
  response.end(body);
}

function formatOf(request: IncomingMessage): Format {
  const type = mediaType(request);
  if (type === contentType.protobuf) return "protobuf";
  if (type === contentType.json) return "json";
  const given = type === "" ? "There was none." : `It was "${type.slice(0, 80)}".`;
  throw new Refusal("unsupported_type", given, {
    headers: { accept: Object.values(contentType).join(", ") },
  });
}

function mediaType(request: IncomingMessage): string {
  return (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
