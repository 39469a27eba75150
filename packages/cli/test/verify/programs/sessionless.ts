/** Calls a model without any session: what a new call site looks like when somebody forgot. */
import { SpanKind, trace } from "@opentelemetry/api";
import { start } from "@throughline/sdk/start";

const telemetry = start({ service: "forgetful" });
const attributes = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "gpt-5.4",
  "gen_ai.usage.input_tokens": 8,
  "gen_ai.usage.output_tokens": 2,
};
trace.getTracer("app").startSpan("chat gpt-5.4", { kind: SpanKind.CLIENT, attributes }).end();
await telemetry.shutdown();
