import type { TelemetryReader } from "@throughline/store";

import type { Route } from "../door/router.ts";
import type { Visit } from "../door/visit.ts";
import { answerJson, answerText } from "../protocol/answer.ts";
import type { Ask } from "../protocol/ask.ts";
import { metricsInstant, metricsRange } from "./metrics.ts";
import { search } from "./search.ts";
import { tagNames, tagNamesByScope } from "./tag-names.ts";
import { tagValues, typedTagValues } from "./tag-values.ts";
import { traceById, traceByIdWithStatus } from "./trace-by-id.ts";

type Read = (visit: Visit, signal: AbortSignal) => Promise<void>;

/** Clients switch features on by it: these are the ones that are served. */
const spokenVersion = "2.9.0";

/** The read API of Tempo, so that `http://HOST:4318/tempo` is a data source. */
export function tempoRoutes(
  reader: TelemetryReader,
  reading: (read: Read) => Route["handle"],
  version: string,
): Route[] {
  const get = (path: string, ask: Ask): Route => ({
    method: "GET",
    path: `/tempo${path}`,
    tongue: "text",
    name: "tempo",
    handle: reading((visit, signal) => ask(reader, visit, signal)),
  });
  return [
    get("/ready", (_reader, visit) => answerText(visit, "ready\n")),
    get("/api/echo", (_reader, visit) => answerText(visit, "echo")),
    get("/api/status/buildinfo", (_reader, visit) =>
      answerJson(visit, {
        version: spokenVersion,
        revision: `throughline ${version}`,
        branch: "",
        buildDate: "",
        buildUser: "",
        goVersion: "",
      }),
    ),
    get("/api/search", search),
    get("/api/traces/:id", traceById),
    get("/api/v2/traces/:id", traceByIdWithStatus),
    get("/api/search/tags", tagNames),
    get("/api/v2/search/tags", tagNamesByScope),
    get("/api/search/tag/:tag+/values", tagValues),
    get("/api/v2/search/tag/:tag+/values", typedTagValues),
    get("/api/metrics/query_range", metricsRange),
    get("/api/metrics/query", metricsInstant),
  ];
}
