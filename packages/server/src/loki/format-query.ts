import { parseLogql, printLogql } from "@throughline/query/logql";

import { answerJson } from "../protocol/answer.ts";
import { planned } from "../protocol/parameters.ts";
import type { AskLoki } from "./loki-visit.ts";

export const formatQuery: AskLoki = async (_reader, { parameters, visit }) => {
  const query = parameters.required("query");
  await answerJson(visit, {
    status: "success",
    data: planned(() => printLogql(parseLogql(query))),
  });
};
