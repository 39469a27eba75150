import type { OtlpRequest } from "@throughline/core/otlp";
import { recordsOf, type TelemetryRecord } from "@throughline/core/record";
import { type Series, seriesOf, type Verifier } from "@throughline/core/verify";

/** Who is told what was emitted: the verifier, an inventory, or both. */
export interface Sink {
  /** `door` is the session whose own door the record came in through. */
  record(record: TelemetryRecord, door?: string): void;
  series(series: Series): void;
}

export function verifierSink(verifier: Verifier): Sink {
  return {
    record: (record, door) => verifier.add(record, { door }),
    series: (series) => verifier.addSeries(series),
  };
}

export function pour(any: OtlpRequest, sink: Sink, door?: string): void {
  if (any.signal === "metrics") for (const series of seriesOf(any.request)) sink.series(series);
  else for (const record of recordsOf(any.request)) sink.record(record, door);
}
