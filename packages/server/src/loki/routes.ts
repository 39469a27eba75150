import type { TelemetryReader } from "@throughline/store";

import type { Route } from "../door/router.ts";
import type { Visit } from "../door/visit.ts";
import { answerJson, answerText } from "../protocol/answer.ts";
import type { Receiver } from "../receive/receiver.ts";
import { Refusal } from "../refusal/refusal.ts";
import { readForm } from "./form.ts";
import { detectedFields, detectedFieldValues, detectedLabels } from "./detected-fields.ts";
import { formatQuery } from "./format-query.ts";
import { indexStats } from "./index-stats.ts";
import { type AskLoki, type LokiVisit } from "./loki-visit.ts";
import { labelNames, labelValues, series } from "./labels.ts";
import { push } from "./push.ts";
import { mostLines, queryInstant, queryRange } from "./query.ts";
import { volume, volumeRange } from "./volume.ts";

type Read = (visit: Visit, signal: AbortSignal) => Promise<void>;

/** Clients switch features on by it: these are the ones that are served. */
const spokenVersion = "3.5.0";

export interface LokiOptions {
  readonly reader: TelemetryReader;
  readonly receiver: Receiver;
  readonly reading: (read: Read) => Route["handle"];
  readonly version: string;
}

/** The read API of Loki, so that `http://HOST:4318` is a data source. Most of it takes forms as well as addresses. */
export function lokiRoutes({ reader, reading, receiver, version }: LokiOptions): Route[] {
  const ask = (path: string, answer: AskLoki): Route[] => {
    const handle = reading(async (visit, signal) => {
      const asked: LokiVisit = { visit, parameters: await readForm(visit, receiver), signal };
      await answer(reader, asked);
    });
    const route = { path: `/loki${path}`, tongue: "text", name: "loki", handle } as const;
    return [
      { ...route, method: "GET" },
      { ...route, method: "POST" },
    ];
  };
  return [
    ...ask("/ready", (_reader, { visit }) => answerText(visit, "ready\n")),
    ...ask("/api/v1/status/buildinfo", (_reader, { visit }) =>
      answerJson(visit, {
        version: spokenVersion,
        revision: `throughline ${version}`,
        branch: "",
        buildUser: "",
        buildDate: "",
        goVersion: "",
      }),
    ),
    ...ask("/api/v1/query", queryInstant),
    ...ask("/api/v1/query_range", queryRange),
    ...ask("/api/v1/labels", labelNames),
    ...ask("/api/v1/label", labelNames),
    ...ask("/api/v1/label/:name/values", labelValues),
    ...ask("/api/v1/series", series),
    ...ask("/api/v1/index/stats", indexStats),
    ...ask("/api/v1/index/volume", volume),
    ...ask("/api/v1/index/volume_range", volumeRange),
    ...ask("/api/v1/detected_fields", detectedFields),
    ...ask("/api/v1/detected_field/:name/values", detectedFieldValues),
    ...ask("/api/v1/detected_labels", detectedLabels),
    ...ask("/api/v1/format_query", formatQuery),
    // No patterns are mined here.
    ...ask("/api/v1/patterns", (_reader, { visit }) =>
      answerJson(visit, { status: "success", data: [] }),
    ),
    ...ask("/api/v1/drilldown-limits", (_reader, { visit }) =>
      answerJson(visit, {
        limits: {
          discover_service_name: [],
          volume_enabled: true,
          max_entries_limit_per_query: mostLines,
        },
        pattern_ingester_enabled: false,
        version: spokenVersion,
        maxDetectedFields: 1_000,
      }),
    ),
    {
      method: "GET",
      path: "/loki/api/v1/tail",
      tongue: "text",
      name: "loki",
      handle: () => {
        throw new Refusal("websocket_only");
      },
    },
    {
      method: "POST",
      path: "/loki/api/v1/push",
      tongue: "text",
      name: "loki",
      handle: (visit) => push(visit, receiver),
    },
  ];
}
