import { parseBaggage, parseTraceparent, sessionRoot } from "@throughline/core";
import { expect, test } from "vitest";

import { carriedSession, doorOf, prepareCommand } from "../../src/run/environment.ts";

const behind = { session: "über/…", url: "http://127.0.0.1:4318", token: undefined };

test("a command gets the session's own door, and the session's root as its parent", () => {
  const { args, command, env } = prepareCommand(["my-agent", "--fast"], behind, { HOME: "/h" });
  expect([command, ...args]).toEqual(["my-agent", "--fast"]);
  expect(env).toMatchObject({
    HOME: "/h",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318/run/%C3%BCber%2F%E2%80%A6",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_LOGS_EXPORTER: "otlp",
    THROUGHLINE_URL: behind.url,
  });
  expect(parseTraceparent(env["TRACEPARENT"])).toMatchObject({
    ...sessionRoot(behind.session),
    flags: 1,
  });
  expect(env["OTEL_EXPORTER_OTLP_HEADERS"]).toBeUndefined();
  expect(carriedSession(env)).toBe(behind.session);
});

test("what a shell says of other telemetry does not win over it", () => {
  const { env } = prepareCommand(["x"], behind, {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://elsewhere/v1/traces",
    OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: "grpc",
    OTEL_SDK_DISABLED: "true",
    OTEL_TRACES_SAMPLER: "always_off",
    OTEL_TRACES_EXPORTER: "none",
    OTEL_METRICS_EXPORTER: "none",
    OTEL_SERVICE_NAME: "mine",
    TRACESTATE: "other=1",
  });
  expect(
    Object.keys(env).filter((name) => /TRACES_ENDPOINT|LOGS_PROTOCOL|DISABLED|SAMPLER/.test(name)),
  ).toEqual([]);
  expect(env).toMatchObject({
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_METRICS_EXPORTER: "none",
    OTEL_SERVICE_NAME: "mine",
  });
  expect(env["TRACESTATE"]).toBeUndefined();
});

test("baggage that was there stays, the session in it is ours", () => {
  const { env } = prepareCommand(["x"], behind, { BAGGAGE: "tenant=acme,session.id=other" });
  const members = parseBaggage(env["BAGGAGE"]).members.map(({ key }) => key);
  expect(members.toSorted()).toEqual(["session.id", "tenant"]);
  expect(carriedSession(env)).toBe(behind.session);
  expect(carriedSession({})).toBeUndefined();
});

test("a token travels as a header beside those that are set; a proxy is passed by", () => {
  const { env } = prepareCommand(
    ["x"],
    { ...behind, token: "s3cret/+" },
    {
      OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=1",
      HTTP_PROXY: "http://proxy:3128",
      NO_PROXY: "intranet",
    },
  );
  expect(env["OTEL_EXPORTER_OTLP_HEADERS"]).toBe("x-tenant=1,authorization=Bearer%20s3cret%2F%2B");
  expect(env).toMatchObject({ NO_PROXY: "intranet,127.0.0.1", no_proxy: "intranet,127.0.0.1" });
});

test.each([
  [["claude", "-p", "hi"], "claude-code", ["-p", "hi"]],
  [["/opt/bin/gemini"], "gemini-cli", []],
  [["copilot"], "copilot-cli", []],
  [["opencode", "run"], "opencode", ["run"]],
  [
    ["npx", "-y", "@anthropic-ai/claude-code@2.1.330"],
    "claude-code",
    ["-y", "@anthropic-ai/claude-code@2.1.330"],
  ],
] as const)("%j is recognised", (line, id, args) => {
  const prepared = prepareCommand(line, behind, {});
  expect(prepared.agent?.id).toBe(id);
  expect(prepared.args).toEqual(args);
});

test.each([["claudette"], ["node", "claude"], ["npx", "claude-flow"], [""]])(
  "%j is not",
  (...line) => {
    const prepared = prepareCommand(line, behind, {});
    expect(prepared.agent).toBeUndefined();
    expect(prepared.args).toEqual(line.slice(1));
  },
);

test("flags stand right behind the agent's name", () => {
  const door = doorOf(behind);
  const codex = prepareCommand(["codex", "exec", "hi"], behind, {});
  expect(codex.args.slice(0, 2)).toEqual([
    "-c",
    `otel.exporter={ otlp-http = { endpoint = "${door}/v1/logs", protocol = "json" } }`,
  ]);
  expect(codex.args.slice(-2)).toEqual(["exec", "hi"]);
  const { args } = prepareCommand(
    ["npx", "-y", "@qwen-code/qwen-code@latest", "-p", "hi"],
    behind,
    {},
  );
  expect(args.slice(0, 3)).toEqual(["-y", "@qwen-code/qwen-code@latest", "--telemetry"]);
  expect(args.slice(-2)).toEqual(["-p", "hi"]);
});

test("configuration that an agent takes from a variable is laid over what stands there", () => {
  const said = { theme: "dark", experimental: { other: true } };
  const { env } = prepareCommand(["opencode"], behind, {
    OPENCODE_CONFIG_CONTENT: JSON.stringify(said),
  });
  expect(JSON.parse(env["OPENCODE_CONFIG_CONTENT"] ?? "")).toEqual({
    theme: "dark",
    experimental: { other: true, openTelemetry: true },
  });
});
