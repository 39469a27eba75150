import { parseSelector } from "@throughline/query/logql";
import type { StreamList, TelemetryReader } from "@throughline/store";

import { answerJson } from "../protocol/answer.ts";
import { planned, unreadable } from "../protocol/parameters.ts";
import type { AskLoki, LokiVisit } from "./loki-visit.ts";
import { objectOf } from "./streams-json.ts";
import { hour, windowOf } from "./window.ts";

export const labelNames: AskLoki = async (reader, asked) => {
  const found = await streamsOf(reader, asked, [asked.parameters.text("query")]);
  const names = new Set(found.streams.flatMap(({ labels }) => [...labels.keys()]));
  await answerData(asked, [...names].toSorted(), found);
};

export const labelValues: AskLoki = async (reader, asked) => {
  const name = decodedName(asked);
  const found = await streamsOf(reader, asked, [asked.parameters.text("query")]);
  const values = new Set(found.streams.flatMap(({ labels }) => labels.get(name) ?? []));
  await answerData(asked, [...values].toSorted(), found);
};

export const series: AskLoki = async (reader, asked) => {
  const found = await streamsOf(reader, asked, asked.parameters.all("match[]", "match"));
  await answerData(
    asked,
    found.streams.map(({ labels }) => objectOf(labels)),
    found,
  );
};

async function answerData(
  { visit }: LokiVisit,
  data: unknown,
  { partial }: StreamList,
): Promise<void> {
  await answerJson(visit, {
    status: "success",
    ...(partial !== undefined && { warnings: [partial] }),
    data,
  });
}

/** The streams of the window that one of the selectors describes. */
async function streamsOf(
  reader: TelemetryReader,
  { parameters, signal }: LokiVisit,
  queries: readonly (string | undefined)[],
): Promise<StreamList> {
  const selectors = queries.flatMap((query) =>
    query === undefined || query === "" ? [] : [planned(() => parseSelector(query))],
  );
  return reader.logStreams({ window: windowOf(parameters, 6n * hour), selectors }, { signal });
}

export function decodedName({ visit: { captured } }: LokiVisit): string {
  try {
    return decodeURIComponent(captured[0] ?? "");
  } catch {
    throw unreadable("label", captured[0] ?? "", "a percent-encoded name");
  }
}
