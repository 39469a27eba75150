import { parseSelector } from "@throughline/query/logql";

import { answerJson, saidPartial } from "../protocol/answer.ts";
import { planned } from "../protocol/parameters.ts";
import type { AskLoki } from "./loki-visit.ts";
import { hour, windowOf } from "./window.ts";

/** How much a selector stands for. Sizes are estimates, as they are in Loki; what it keeps in chunks lies here by stream. */
export const indexStats: AskLoki = async (reader, { parameters, signal, visit }) => {
  const query = parameters.required("query");
  const selectors = [planned(() => parseSelector(query))];
  const window = windowOf(parameters, hour);
  const { partial, streams } = await reader.logStreams({ window, selectors }, { signal });
  const sum = (of: "entries" | "bytes"): number =>
    streams.reduce((total, stream) => total + stream[of], 0);
  await answerJson(
    visit,
    {
      streams: streams.length,
      chunks: streams.length,
      entries: sum("entries"),
      bytes: sum("bytes"),
    },
    saidPartial(partial),
  );
};
