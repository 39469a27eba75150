import { casesOf } from "../rule-cases.ts";
import { home, line, session, stamped } from "../scene.ts";
import { resource, span } from "../telemetry.ts";

const withSession = resource("cli", { "session.id": session });

casesOf("C02", {
  breaks: [
    {
      name: "qwen-code#4365: session.id on the resource multiplies every metric",
      records: [stamped({ name: "qwen-code.interaction", resource: withSession })],
      fault: "leaking",
      at: ["resource attribute session.id"],
    },
    {
      name: "Gemini CLI 0.61: on the resource and on log records",
      records: [line({ eventName: "gemini_cli.api_request", resource: withSession }), ...home],
      fault: "leaking",
      at: ["resource attribute session.id"],
    },
    {
      name: "VS Code Copilot: the resource's session is the editor's window, of no session of ours",
      records: [span({ name: "GET /", resource: withSession })],
      fault: "leaking",
      at: ["resource attribute session.id"],
    },
    {
      name: "Qwen Code 0.15: session.id on metrics",
      records: [],
      series: [
        {
          kind: "metric",
          service: "qwen-code",
          scope: "qwen-code",
          name: "qwen-code.token.usage",
          keys: ["model", "session.id"],
        },
      ],
      fault: "leaking",
      at: ["qwen-code.token.usage"],
    },
    {
      name: "a Loki stream for each session",
      records: [],
      series: [
        {
          kind: "stream",
          service: "api",
          scope: "",
          name: "",
          keys: ["service_name", "session_id"],
        },
      ],
      fault: "leaking",
      at: ["label session_id"],
    },
  ],
  keeps: [
    { name: "a resource that says who emits", records: home },
    {
      name: "a metric by model",
      records: [],
      series: [
        {
          kind: "metric",
          service: "api",
          scope: "genai",
          name: "gen_ai.client.inference.duration",
          keys: ["gen_ai.request.model"],
        },
      ],
    },
    {
      name: "a stream by service and level",
      records: [],
      series: [
        { kind: "stream", service: "api", scope: "", name: "", keys: ["service_name", "level"] },
      ],
    },
  ],
});
