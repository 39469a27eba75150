import { decodeAny, OtlpError, splitLengthPrefixed } from "@throughline/core/otlp";
import { writeSessionSegment } from "@throughline/core/session";
import type { OtlpPiece } from "@throughline/store";
import { ReadRefusal } from "@throughline/store/refusal";

import { type Connection, explained, Refused, request } from "./connection.ts";

/** A session as it was sent: export requests in protobuf, each behind its length. */
export async function* readOtlp(
  connection: Connection,
  id: string,
  record: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<OtlpPiece> {
  const rest = record === undefined ? "" : `?${new URLSearchParams({ record }).toString()}`;
  const path = `/api/v1/sessions/${writeSessionSegment(id)}/otlp${rest}`;
  const asked = { accept: "application/x-protobuf", signal };
  const response = await request(connection, path, asked).catch((error: unknown) => {
    if (error instanceof Refused && error.said.status === 404) return undefined;
    throw explained(error);
  });
  if (response?.body === undefined || response.body === null) return;
  const splitter = splitLengthPrefixed();
  try {
    for await (const chunk of response.body) yield* splitter.push(chunk).map(pieceOf);
    splitter.end();
  } catch (error) {
    if (!(error instanceof OtlpError)) throw error;
    throw new ReadRefusal("failed", "The answer broke off.");
  }
}

/** What stands between is spans or log records; metrics belong to no session. */
function pieceOf(body: Uint8Array): OtlpPiece {
  return { signal: decodeAny(body).signal === "traces" ? "traces" : "logs", body };
}
