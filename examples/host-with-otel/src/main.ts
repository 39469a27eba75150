import { trace } from "@opentelemetry/api";
import { action, carry, log, session } from "@throughline/sdk";

import { serve } from "./server.ts";
import { setUpTelemetry } from "./telemetry.ts";

const shutDown = setUpTelemetry();
const tracer = trace.getTracer("reports");

const server = await serve(Number(process.env["PORT"] ?? 8081), {
  /** An agent among the routes: each report is a session, and the request's span belongs to it. */
  "/report": (_request, url) => {
    const about = url.searchParams.get("about") ?? "everything";
    return session({ id: `report-${about}`, agent: "reporter", channel: { type: "http" } }, (s) =>
      s.turn({ input: about }, async (turn) => {
        // Spans of the host's own stand in the session without knowing of it.
        const rows = await tracer.startActiveSpan("SELECT reports", async (span) => {
          span.end();
          return 3;
        });
        // Another service of the house: it goes on with the same session, below this tool.
        const found = await turn.tool({ name: "search" }, async (tool) => {
          const to = `${server.url}/search?about=${about}`;
          return (await fetch(to, { headers: { ...carry.headers(to, tool) } })).text();
        });
        log.info("report written", { "report.rows": rows });
        return `${about}: ${rows} rows, ${found}`;
      }),
    );
  },

  /** Knows nothing of sessions: the span of the request took it up, so what is done in it belongs there. */
  "/search": async (_request, url) =>
    action({ name: "rank" }, () => `2 pages about ${url.searchParams.get("about")}`),
});
console.log(`listening at ${server.url}`);

process.once("SIGTERM", () => {
  void server.stop().then(shutDown);
});
