import type { Route } from "../door/router.ts";
import { replyJson } from "../door/visit.ts";
import type { ReceiveMeasures } from "../receive/measures.ts";
import { noParameters } from "./filters.ts";

export interface StatusOptions {
  readonly version: string;
  readonly addresses: () => { readonly http: string; readonly grpc: string };
  readonly measures: ReceiveMeasures;
}

/** Where to send, and what has come in since the start: what somebody needs whose sessions do not show up. */
export function statusRoute({ addresses, measures, version }: StatusOptions): Route {
  return {
    method: "GET",
    path: "/api/v1/status",
    tongue: "json",
    name: "status",
    handle: ({ query, response }) => {
      noParameters(query);
      const received = {
        spans: measures.accepted("traces"),
        logs: measures.accepted("logs"),
        metrics: measures.accepted("metrics"),
      };
      replyJson(response, { version, ...addresses(), received });
    },
  };
}
