import { once } from "node:events";
import {
  decodeLogs,
  decodeTraces,
  lengthPrefix,
  logsToJson,
  tracesToJson,
} from "@throughline/core/otlp";
import type { OtlpPiece, SessionReader } from "@throughline/store";

import type { Route } from "../door/router.ts";
import { openStream, type Visit } from "../door/visit.ts";
import { Refusal } from "../refusal/refusal.ts";
import { otlpQuery } from "./filters.ts";
import { theSession } from "./sessions.ts";

type Read = (visit: Visit, signal: AbortSignal) => Promise<void>;

/**
 * A session's records as they were sent, for files and other backends: export requests as JSON, one a line, or in protobuf, each
 * behind its length in four bytes.
 */
export function sessionOtlpRoute(
  reader: SessionReader,
  reading: (read: Read) => Route["handle"],
): Route {
  return {
    method: "GET",
    path: "/api/v1/sessions/:id/otlp",
    tongue: "json",
    name: "sessions",
    handle: reading(async ({ captured, query, request, response }, signal) => {
      const wanted = otlpQuery(query);
      const id = await theSession(reader, captured[0] ?? "", signal);
      const pieces = reader.otlp(id, wanted, { signal })[Symbol.asyncIterator]();
      // Nothing is said before the first piece is there: until then it can still be refused.
      let piece = await pieces.next();
      if (piece.done === true && wanted.record !== undefined) throw new Refusal("no_record");
      const protobuf = /application\/(?:x-)?protobuf/.test(request.headers.accept ?? "");
      openStream(response, protobuf ? "application/x-protobuf" : "application/x-ndjson");
      const write = protobuf ? prefixed : jsonLine;
      while (piece.done !== true && request.method !== "HEAD") {
        if (!response.write(write(piece.value))) await once(response, "drain", { signal });
        piece = await pieces.next();
      }
      response.end();
    }),
  };
}

function prefixed({ body }: OtlpPiece): Uint8Array {
  return Buffer.concat([lengthPrefix(body.length), body]);
}

function jsonLine({ body, signal }: OtlpPiece): string {
  const json =
    signal === "traces" ? tracesToJson(decodeTraces(body)) : logsToJson(decodeLogs(body));
  return `${JSON.stringify(json)}\n`;
}
