/** Go's exporters send to an OpenTelemetry Collector, and that on to us, in every encoding and compression it has. */
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";

import { eachWay } from "./sending.ts";
import { prepareGo } from "./prepare.ts";

eachWay(
  () => prepareGo("collector"),
  ["http none", "http gzip", "http zstd", "http json", "grpc none", "grpc gzip", "grpc zstd"],
  async (collector, way, { server, session }) => {
    const port = await freePort();
    const config = join(server.data, "collector.yaml");
    await writeFile(config, configuration(port, way, server.url, new URL(server.grpc).host));
    const child = spawn(collector.file, [config], { stdio: ["ignore", "ignore", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    await expect.poll(() => reachable(port), { timeout: 20_000 }).toBe(true);

    const sender = await prepareGo("go");
    if ("missing" in sender) throw new Error(sender.missing);
    await sender.run("http", `127.0.0.1:${port}`, session, "gzip");
    child.kill("SIGTERM");
  },
  "go-agent",
);

function configuration(port: number, way: string, http: string, grpc: string): string {
  const [protocol, variant] = way.split(" ");
  const compression = variant === "json" ? "gzip" : variant;
  const encoding = variant === "json" ? "json" : "proto";
  const exporter =
    protocol === "http"
      ? { otlphttp: { endpoint: http, compression, encoding } }
      : { otlp: { endpoint: grpc, compression, tls: { insecure: true } } };
  const pipeline = {
    receivers: ["otlp"],
    processors: ["batch"],
    exporters: Object.keys(exporter),
  };
  // JSON is YAML.
  return JSON.stringify({
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    processors: { batch: { timeout: "100ms" } },
    exporters: exporter,
    service: {
      telemetry: { metrics: { level: "none" }, logs: { level: "error" } },
      pipelines: { traces: pipeline, logs: pipeline, metrics: pipeline },
    },
  });
}

async function reachable(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/v1/traces`, { method: "POST" }).then(
    () => true,
    () => false,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
