import { budgets, failureLogs, use } from "@throughline/sdk";
import { start } from "@throughline/sdk/start";

import { terminal } from "./channels/terminal.ts";
import { web } from "./channels/web.ts";

// First of all: telemetry, to OTEL_EXPORTER_OTLP_ENDPOINT (http://localhost:4318 otherwise).
const telemetry = start({ service: "support-agent" });
use(failureLogs);
use(budgets({ turn: { toolCalls: 20, tokens: 200_000 } }));

const server = await web(Number(process.env["PORT"] ?? 8080));
console.log(`listening at ${server.url}`);
// Until somebody closes the terminal, or for as long as the web server runs.
await terminal();

process.once("SIGTERM", () => {
  void server.stop().then(() => telemetry.shutdown());
});
