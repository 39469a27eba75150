import { encodeLogs } from "@throughline/core/otlp";

import type { Visit } from "../door/visit.ts";
import { compressionOf, readBody } from "../receive/body.ts";
import type { Hold } from "../receive/intake.ts";
import type { Receiver } from "../receive/receiver.ts";
import { Refusal } from "../refusal/refusal.ts";
import { pushFromJson } from "./push-json.ts";
import { pushFromProtobuf } from "./push-protobuf.ts";
import { logsOfPush, type PushedStream } from "./pushed.ts";
import { snappyBlock } from "./snappy.ts";

/** Pushed streams become log records like all others: what they say of a service, a session or a trace counts as it does there. */
export async function push({ request, response }: Visit, receiver: Receiver): Promise<void> {
  const { intake, limits, measures } = receiver;
  if (receiver.closing()) throw new Refusal("closing");
  const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const isJson = type === "application/json";
  if (!isJson && type !== "application/x-protobuf" && type !== "")
    throw new Refusal("unsupported_type", `It was "${type.slice(0, 80)}".`);
  const encoding = request.headers["content-encoding"];
  const hold = intake.hold();
  try {
    const most = isJson ? { ...limits, body: limits.json, inflated: limits.json } : limits;
    const isSnappy = encoding === undefined || encoding.toLowerCase() === "snappy";
    const compression = isSnappy ? "none" : compressionOf(encoding);
    const body = await readBody(request, compression, most, hold);
    measures.received("logs", "http", body.length);
    const streams = isJson ? pushFromJson(body) : fromSnappy(body, limits.inflated, hold);
    const records = encodeLogs(logsOfPush(streams));
    const receipt = await receiver.deliver("logs", "protobuf", new Uint8Array(records), undefined);
    if (receipt.rejected > 0) throw new Refusal("bad_data", receipt.reason);
    response.writeHead(204);
    response.end();
  } finally {
    hold.release();
  }
}

function fromSnappy(
  body: Uint8Array,
  limit: number,
  hold: Pick<Hold, "grow">,
): readonly PushedStream[] {
  const bytes = snappyBlock(body, limit);
  hold.grow(bytes.length);
  return pushFromProtobuf(bytes);
}
