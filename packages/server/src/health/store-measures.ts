import type { StoreMeasures } from "@throughline/store";

import type { Registry } from "./registry.ts";

/** From a group commit on a quiet SSD to one that a busy disk holds up. */
const secondsBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** A group is committed at 5,000 records at the latest, but one request is never cut in two. */
const recordsBounds = [1, 10, 100, 500, 1_000, 2_500, 5_000, 10_000];

/** What operators see of the store behind the doors. */
export function registerStoreMeasures(registry: Registry, measures: StoreMeasures): void {
  const seconds = registry.histogram(
    "throughline_store_commit_seconds",
    "Writing and syncing one group of deliveries.",
    secondsBounds,
  );
  const records = registry.histogram(
    "throughline_store_commit_records",
    "Spans and log records of one group commit.",
    recordsBounds,
  );
  const requests = registry.counter(
    "throughline_store_commit_requests_total",
    "Deliveries that group commits made durable.",
  );
  measures.onCommit((commit) => {
    seconds.observe(commit.seconds);
    records.observe(commit.records);
    requests.add(commit.requests);
  });
  const gauge = (name: string, help: string, read: () => number) =>
    registry.gauge(`throughline_store_${name}`, help, read);
  gauge(
    "queue_requests",
    "Deliveries that wait for their commit.",
    () => measures.queue().requests,
  );
  gauge("queue_bytes", "Bytes of these.", () => measures.queue().bytes);
  gauge("days", "Day files.", () => measures.files().days);
  gauge("file_bytes", "Day files with their write-ahead logs.", () => measures.files().bytes);
  gauge("wal_bytes", "Write-ahead logs of all days.", () => measures.files().walBytes);
  for (const lane of ["lookups", "scans"] as const) {
    const load = () => measures.readers()[lane];
    gauge(`${lane}_running`, `Questions at work (${lane}).`, () => load().running);
    gauge(`${lane}_waiting`, `Questions that wait (${lane}).`, () => load().waiting);
  }
}
