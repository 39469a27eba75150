import type { TelemetryReader } from "@throughline/store";

import type { Visit } from "../door/visit.ts";

/** Answers one request from what the reader finds; `signal` is aborted when the asker leaves. */
export type Ask = (reader: TelemetryReader, visit: Visit, signal: AbortSignal) => Promise<void>;
