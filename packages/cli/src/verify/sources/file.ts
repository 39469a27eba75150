import { createReadStream } from "node:fs";
import { OtlpError } from "@throughline/core/otlp";

import { CommandError, exit } from "../../exit-codes.ts";
import { BadMessage, otlpRequests } from "./otlp-stream.ts";
import { pour, type Sink } from "./sink.ts";

/** Pours the records of an OTLP file; `-` is standard input. */
export async function readFile(path: string, sink: Sink): Promise<void> {
  const stream = path === "-" ? process.stdin : createReadStream(path);
  try {
    for await (const request of otlpRequests(stream)) pour(request, sink);
  } catch (error) {
    throw explained(path, error);
  }
}

function explained(path: string, error: unknown): unknown {
  if (error instanceof BadMessage || error instanceof OtlpError)
    return new CommandError(
      `${path} is no OTLP file: ${error.message}.`,
      "It must hold export requests: JSON lines as the Collector's file exporter writes them, JSON, or protobuf with length prefixes.",
    );
  if (!(error instanceof Error && "code" in error)) return error;
  if (error.code === "ENOENT")
    return new CommandError(`there is no file ${path}.`, "", exit.notFound);
  return new CommandError(`${path} can't be read: ${error.message}.`);
}
