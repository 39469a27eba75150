import { randomUUID } from "node:crypto";
import type { Server } from "node:net";
import type {
  SessionReader,
  SessionWriter,
  StoreMeasures,
  TelemetryReader,
} from "@throughline/store";

import { liveRoutes } from "./api/live.ts";
import { createReading } from "./api/reading.ts";
import { sessionOtlpRoute } from "./api/session-otlp.ts";
import { sessionRoutes } from "./api/sessions.ts";
import { statusRoute } from "./api/status.ts";
import { createFront } from "./door/front.ts";
import { createGuard, isLoopback } from "./door/guard.ts";
import { createRouter } from "./door/router.ts";
import type { Upgrade } from "./door/upgrades.ts";
import { type EngineAddresses, engineRoutes } from "./engines/routes.ts";
import { createTailThrough } from "./engines/tail.ts";
import { listen } from "./listen.ts";
import { lokiRoutes } from "./loki/routes.ts";
import { createTail } from "./loki/tail.ts";
import { tempoRoutes } from "./tempo/routes.ts";
import { createProcessMeasures } from "./health/process-measures.ts";
import { probeRoutes } from "./health/probes.ts";
import { createRegistry } from "./health/registry.ts";
import { registerStoreMeasures } from "./health/store-measures.ts";
import { pageRoutes } from "./page/page-routes.ts";
import { createGrpc } from "./receive/otlp-grpc.ts";
import { otlpRoutes } from "./receive/otlp-http.ts";
import { Intake } from "./receive/intake.ts";
import { defaultReceiveLimits, type ReceiveLimits } from "./receive/limits.ts";
import { createReceiveMeasures } from "./receive/measures.ts";
import { createReceiver } from "./receive/receiver.ts";
import { Refusal } from "./refusal/refusal.ts";

export interface ServeOptions {
  readonly writer: SessionWriter;
  readonly reader: SessionReader;
  /** Without it, and without engines, there are no doors for clients of Tempo and Loki. */
  readonly telemetry?: TelemetryReader;
  /** What `/metrics` tells of the store. */
  readonly measures?: StoreMeasures;
  /** Who answers at those doors instead: the engines that the home reads from. */
  readonly engines?: EngineAddresses;
  readonly version: string;
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port?: number;
  readonly grpcPort?: number;
  readonly token?: string;
  /** Names beyond the obvious ones under which clients reach this server. */
  readonly allowHosts?: readonly string[];
  readonly limits?: Partial<ReceiveLimits & LiveLimits>;
  /** Lines for the operator. */
  readonly report?: (line: string) => void;
}

export interface LiveLimits {
  readonly liveClients: number;
  /** Tails of log lines: each looks at every line that comes in. */
  readonly tails: number;
  readonly heartbeatMs: number;
  /** How long a live client may take nothing before it is let go. */
  readonly stalledMs: number;
}

const defaultLiveLimits: LiveLimits = {
  liveClients: 200,
  tails: 32,
  heartbeatMs: 15_000,
  stalledMs: 30_000,
};

export interface Serving {
  /** Where programs on this machine send OTLP over HTTP, and where the page is. */
  readonly url: string;
  /** Where they send OTLP over gRPC. */
  readonly grpc: string;
  readonly instance: string;
  /** Stops taking requests, ends live streams, lets running ones finish. The homes are the caller's to close afterwards. */
  close(): Promise<void>;
}

/** How long running requests may take to finish after a stop; a group commit takes a fraction of a second. */
const graceMs = 10_000;

export async function serve(options: ServeOptions): Promise<Serving> {
  const { writer, reader, telemetry, engines = {}, version, token, host = "127.0.0.1" } = options;
  if (!isLoopback(host) && token === undefined) {
    throw new Refusal("open_without_token", `The host was "${host}".`);
  }
  const limits = { ...defaultReceiveLimits, ...defaultLiveLimits, ...options.limits };
  const report = options.report ?? (() => {});
  const registry = createRegistry();
  const answered = createProcessMeasures(registry, version);
  if (options.measures !== undefined) registerStoreMeasures(registry, options.measures);
  const intake = new Intake(limits.inFlight);
  const measures = createReceiveMeasures(registry, intake);
  const stopping = new AbortController();
  const receiver = createReceiver({ writer, intake, limits, measures, stopping: stopping.signal });
  const guard = createGuard({ host, token, allowHosts: options.allowHosts ?? [] });
  const instance = randomUUID();
  let url = "";
  let grpcUrl = "";

  const reading = createReading({ atOnce: 32, waiting: 256, stalledMs: limits.stalledMs });
  // Places of their own: queries take seconds, and must not keep sessions waiting.
  const querying = createReading({ atOnce: 16, waiting: 256, stalledMs: limits.stalledMs });
  const upgrades = new Map<string, Upgrade>();
  if (engines.loki !== undefined)
    upgrades.set(
      "/loki/api/v1/tail",
      createTailThrough({
        loki: engines.loki,
        stopping: stopping.signal,
        most: limits.liveClients,
        pingMs: limits.heartbeatMs,
      }),
    );
  else if (telemetry !== undefined)
    upgrades.set(
      "/loki/api/v1/tail",
      createTail({
        reader: telemetry,
        stopping: stopping.signal,
        report,
        most: limits.tails,
        stalledMs: limits.stalledMs,
        pingMs: limits.heartbeatMs,
      }),
    );
  const router = createRouter([
    ...otlpRoutes(receiver),
    ...sessionRoutes(reader, reading),
    sessionOtlpRoute(reader, reading),
    ...(telemetry === undefined
      ? []
      : [
          ...tempoRoutes(telemetry, querying, version),
          ...lokiRoutes({ reader: telemetry, receiver, reading: querying, version }),
        ]),
    ...engineRoutes(engines, reading),
    ...liveRoutes({
      reader,
      registry,
      stopping: stopping.signal,
      most: limits.liveClients,
      heartbeatMs: limits.heartbeatMs,
      stalledMs: limits.stalledMs,
    }),
    ...probeRoutes({ registry, instance, version, ready: () => !stopping.signal.aborted }),
    statusRoute({
      version,
      addresses: () => ({ http: url, grpc: grpcUrl }),
      measures,
    }),
    ...pageRoutes(guard),
  ]);
  const front = createFront({
    router,
    guard,
    limits,
    report,
    upgrades,
    answered: (route, status) => answered.add(1, route, String(status)),
    refused: (tongue, { code }) => {
      if (tongue === "otlp") measures.refused("http", code);
    },
  });
  const grpc = createGrpc({ receiver, guard, report });

  const port = await listen(front, host, options.port ?? 4318, "--port");
  const grpcPort = await listen(grpc.server, host, options.grpcPort ?? 4317, "--grpc-port").catch(
    async (error: unknown) => {
      await closed(front);
      throw error;
    },
  );
  url = addressOf(host, port);
  grpcUrl = addressOf(host, grpcPort);

  let closing: Promise<void> | undefined;
  const close = async () => {
    stopping.abort();
    grpc.goAway();
    // Connections that answer right now fall idle a moment later.
    const sweep = setInterval(() => front.closeIdleConnections(), 50);
    const patience = setTimeout(() => {
      front.closeAllConnections();
      grpc.destroy();
    }, graceMs);
    await Promise.all([closed(front), closed(grpc.server)]);
    clearInterval(sweep);
    clearTimeout(patience);
  };
  return { url, grpc: grpcUrl, instance, close: () => (closing ??= close()) };
}

/** As this machine reaches it: a wildcard is no address to connect to. */
function addressOf(host: string, port: number): string {
  const reached = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reached.includes(":") ? `[${reached}]` : reached}:${port}`;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
