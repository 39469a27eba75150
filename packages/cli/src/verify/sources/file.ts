import { OtlpError } from "@throughline/core/otlp";

import type { Entry } from "../../otlp-file/entries.ts";
import { notOtlp, placeOf, readOtlpFile } from "../../otlp-file/read-file.ts";
import { NotOtlp, requestsIn } from "../../otlp-file/requests.ts";
import { pour, type Sink } from "./sink.ts";

/** Pours the records of an OTLP file; `-` is standard input. */
export async function readFile(path: string, sink: Sink): Promise<void> {
  for await (const entry of readOtlpFile(path)) {
    for (const request of requestsOf(path, entry)) pour(request, sink);
  }
}

/** A verdict over half a file would be none: the first entry that can't be read ends it. */
function requestsOf(path: string, entry: Entry): ReturnType<typeof requestsIn> {
  try {
    return requestsIn(entry);
  } catch (error) {
    if (!(error instanceof OtlpError || error instanceof NotOtlp)) throw error;
    throw notOtlp(`${placeOf(path, entry)} is no OTLP: ${error.message}`);
  }
}
