import type { TelemetryReader } from "@throughline/store";

import type { Visit } from "../door/visit.ts";
import type { Parameters } from "../protocol/parameters.ts";

export interface LokiVisit {
  readonly visit: Visit;
  /** Of the address and of the form. */
  readonly parameters: Parameters;
  readonly signal: AbortSignal;
}

export type AskLoki = (reader: TelemetryReader, asked: LokiVisit) => Promise<void>;
