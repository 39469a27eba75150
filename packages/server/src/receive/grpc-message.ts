import type { OutgoingHttpHeaders } from "node:http2";

import { Refusal } from "../refusal/refusal.ts";
import { statusMessage } from "./answer.ts";

/** One byte that says whether the message is compressed, then its length. */
export const prefixBytes = 5;

export interface Message {
  readonly compressed: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The one message of a unary call. */
export function unframe(body: Uint8Array<ArrayBuffer>): Message {
  const flag = body[0];
  if (body.length < prefixBytes || (flag !== 0 && flag !== 1)) {
    throw new Refusal("bad_data", "It does not start with a gRPC message.");
  }
  const length = new DataView(body.buffer, body.byteOffset).getUint32(1);
  if (length !== body.length - prefixBytes) {
    throw new Refusal("bad_data", "Its gRPC length is not that of one whole message.");
  }
  return { compressed: flag === 1, bytes: body.subarray(prefixBytes) };
}

export function frame(message: Uint8Array): Uint8Array {
  const framed = new Uint8Array(prefixBytes + message.length);
  new DataView(framed.buffer).setUint32(1, message.length);
  framed.set(message, prefixBytes);
  return framed;
}

/** The trailers of a refusal: its code, its text, and `google.rpc.Status` with RetryInfo where trying again makes sense. */
export function refusalTrailers(refusal: Refusal): OutgoingHttpHeaders {
  return {
    "grpc-status": String(refusal.entry.grpc ?? 2),
    "grpc-message": percentEncode(`${refusal.message} ${refusal.entry.todo}`),
    "grpc-status-details-bin": Buffer.from(statusMessage(refusal, "protobuf")).toString("base64"),
  };
}

/** gRPC sends text in headers: printable ASCII as it is, the rest and the percent sign as percent-encoded UTF-8. */
function percentEncode(text: string): string {
  return text.toWellFormed().replaceAll(/[^ -$&-~]/gu, (sign) => encodeURIComponent(sign));
}
