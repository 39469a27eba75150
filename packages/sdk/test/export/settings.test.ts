import { writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { headersOf, settingsFrom } from "../../src/export/settings.ts";

describe("the OTEL_* variables", () => {
  test("unset give the defaults of the specification", () => {
    expect(settingsFrom({ env: {} })).toMatchObject({
      traces: {
        url: "http://localhost:4318/v1/traces",
        protocol: "http/protobuf",
        timeoutMs: 10_000,
        compression: "none",
      },
      logs: { url: "http://localhost:4318/v1/logs" },
      queueBytes: 16 * 1024 * 1024,
      batchRecords: 512,
    });
  });

  test.each([
    ["http://c:4318", "http://c:4318/v1/traces"],
    ["http://c:4318/", "http://c:4318/v1/traces"],
    ["https://c/otlp", "https://c/otlp/v1/traces"],
    ["http://localhost:4318/run/abc", "http://localhost:4318/run/abc/v1/traces"],
    ["c:4318", "http://c:4318/v1/traces"],
    ["ftp://c", "http://localhost:4318/v1/traces"],
    ["   ", "http://localhost:4318/v1/traces"],
  ])("endpoint %j sends traces to %s", (endpoint, url) => {
    expect(settingsFrom({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } }).traces.url).toBe(url);
  });

  test("of one signal go before the common ones, and its endpoint is used as it stands", () => {
    const { traces, logs } = settingsFrom({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://all",
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://traces/as/is",
        OTEL_EXPORTER_OTLP_HEADERS: "a=1,b=2",
        OTEL_EXPORTER_OTLP_LOGS_HEADERS: "b=3",
        OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
        OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: "none",
        OTEL_EXPORTER_OTLP_TIMEOUT: "500",
        OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: "700",
        OTEL_BSP_SCHEDULE_DELAY: "20",
        OTEL_BLRP_SCHEDULE_DELAY: "30",
      },
    });
    expect(traces).toMatchObject({
      url: "http://traces/as/is",
      compression: "gzip",
      timeoutMs: 700,
      delayMs: 20,
    });
    expect(logs).toMatchObject({
      url: "http://all/v1/logs",
      compression: "none",
      timeoutMs: 500,
      delayMs: 30,
    });
    expect({ ...traces.headers }).toEqual({ a: "1", b: "2" });
    expect({ ...logs.headers }).toEqual({ a: "1", b: "3" });
  });

  test("give way to what the program says itself", () => {
    const { traces } = settingsFrom({
      endpoint: "http://mine",
      headers: { a: "2" },
      env: {
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://other",
        OTEL_EXPORTER_OTLP_HEADERS: "a=1",
      },
    });
    expect(traces.url).toBe("http://mine/v1/traces");
    expect({ ...traces.headers }).toEqual({ a: "2" });
  });

  test("that make no sense are as if they were not set", () => {
    const { traces } = settingsFrom({
      env: {
        OTEL_EXPORTER_OTLP_PROTOCOL: "carrier/pigeon",
        OTEL_EXPORTER_OTLP_TIMEOUT: "-1",
        OTEL_EXPORTER_OTLP_COMPRESSION: "zip",
        OTEL_EXPORTER_OTLP_CERTIFICATE: "/nowhere/ca.pem",
      },
    });
    expect(traces).toMatchObject({
      protocol: "http/protobuf",
      timeoutMs: 10_000,
      compression: "none",
    });
  });

  test("name certificates", () => {
    const file = join(mkdtempSync(join(tmpdir(), "throughline-")), "ca.pem");
    writeFileSync(file, "PEM");
    expect(settingsFrom({ env: { OTEL_EXPORTER_OTLP_CERTIFICATE: file } }).tls).toEqual({
      ca: "PEM",
    });
  });

  test("ask for gRPC on its own port", () => {
    expect(settingsFrom({ env: { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" } }).traces).toMatchObject({
      protocol: "grpc",
      url: "http://localhost:4317/",
    });
  });

  test("may ask for another protocol for one signal", () => {
    const { traces, logs } = settingsFrom({ env: { OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: "grpc" } });
    expect([traces.protocol, logs.protocol]).toEqual(["http/protobuf", "grpc"]);
    expect([traces.url, logs.url]).toEqual([
      "http://localhost:4318/v1/traces",
      "http://localhost:4317/",
    ]);
  });
});

test("headers are percent-decoded, and what is no header is left out", () => {
  const headers = headersOf(
    "Authorization=Bearer%20x, empty=, =no, b ad=1,eq=a=b,nl=a%0ab,half=%zz,__proto__=p",
  );
  expect(Object.entries(headers)).toEqual([
    ["authorization", "Bearer x"],
    ["empty", ""],
    ["eq", "a=b"],
    ["half", "%zz"],
    ["__proto__", "p"],
  ]);
});
