import { expect, test } from "vitest";

import { checkEnvironment } from "../../src/doctor/environment.ts";
import { prepareCommand } from "../../src/run/environment.ts";

const url = "http://127.0.0.1:4318";

test.each([
  [{ OTEL_SDK_DISABLED: "true" }, /nothing is emitted/],
  [{ OTEL_TRACES_SAMPLER: "parentbased_traceidratio" }, /drops whole traces/],
  [{ OTEL_TRACES_EXPORTER: "console" }, /not sent/],
  [{ OTEL_LOGS_EXPORTER: "none" }, /not sent/],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "localhost:4318" }, /no address with a scheme|leads elsewhere/],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
    /names the HTTP port/,
  ],
  [
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4317",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    },
    /names the gRPC port/,
  ],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/v1/traces` }, /exporters add/],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url }, /lacks \/v1/],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "https://api.example.com" }, /leads elsewhere/],
  [{ OTEL_RESOURCE_ATTRIBUTES: "a=b,session.id=x" }, /C02/],
  [{ OTEL_PROPAGATORS: "tracecontext" }, /lacks baggage/],
  [{ OTEL_PROPAGATORS: "b3multi,baggage" }, /lacks tracecontext/],
  [{ TRACEPARENT: "00-0-0-00" }, /is none/],
  [{ BAGGAGE: "session.id=a" }, /carries the session a/],
  [{ BAGGAGE: `session.id=${"x".repeat(300)}` }, /too_long/],
  [{ HTTP_PROXY: "http://proxy:3128" }, /not in NO_PROXY/],
  [{ THROUGHLINE_TOKEN: "t" }, /send no token/],
])("%j", (env, said) => {
  const checks = checkEnvironment(env, url);
  expect(checks).toHaveLength(1);
  expect(checks[0]?.message).toMatch(said);
  expect(checks[0]?.hint).not.toBe("");
});

test.each([
  {},
  { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SERVICE_NAME: "mine" },
  { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4317", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
  { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/v1/traces` },
  { OTEL_TRACES_SAMPLER: "parentbased_always_on", OTEL_PROPAGATORS: "tracecontext, baggage" },
  { HTTP_PROXY: "http://proxy:3128", NO_PROXY: "localhost,127.0.0.1" },
])("nothing is wrong with %j", (env) => {
  expect(checkEnvironment(env, url)).toEqual([]);
});

test("what run makes of the worst shell is in order, but for the session it carries", () => {
  const shell = {
    OTEL_SDK_DISABLED: "true",
    OTEL_TRACES_SAMPLER: "always_off",
    OTEL_TRACES_EXPORTER: "none",
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://elsewhere",
    TRACEPARENT: "nonsense",
    HTTP_PROXY: "http://proxy:3128",
  };
  const { env } = prepareCommand(["x"], { session: "s", url, token: undefined }, shell);
  const checks = checkEnvironment(env, url);
  expect(checks.map(({ message }) => message)).toEqual([
    "BAGGAGE carries the session s: what starts from here belongs to it.",
  ]);
});
