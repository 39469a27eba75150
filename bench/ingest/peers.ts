import { execFile, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { engine } from "../../test/engines/prepare.ts";
import { freePorts } from "../../test/engines/program.ts";
import { fresh, type Served, until } from "./served.ts";

/**
 * Other servers that take OTLP and keep it on this machine's disk, as their documentation sets them up for one machine; what differs
 * is said where it does. All go on working on what they have acknowledged.
 */
export const peers: readonly ((parent: string) => Promise<Served>)[] = [
  startJaeger,
  startTempo,
  startPhoenix,
];

/** Jaeger 2 with Badger, its embedded storage. */
async function startJaeger(parent: string): Promise<Served> {
  const file = await engine("jaeger", console.error);
  const directory = fresh(parent, "jaeger");
  const [otlp = 0, http = 0, grpc = 0, health = 0] = await freePorts(4);
  const config = join(parent, "jaeger.yaml");
  writeFileSync(
    config,
    `
service:
  extensions: [jaeger_storage, jaeger_query, healthcheckv2]
  pipelines:
    traces: { receivers: [otlp], processors: [batch], exporters: [jaeger_storage_exporter] }
  telemetry:
    metrics: { level: none }
    logs: { level: warn }
extensions:
  healthcheckv2: { use_v2: true, http: { endpoint: "127.0.0.1:${health}" } }
  jaeger_query:
    storage: { traces: badger }
    http: { endpoint: "127.0.0.1:${http}" }
    grpc: { endpoint: "127.0.0.1:${grpc}" }
  jaeger_storage:
    backends:
      badger:
        badger:
          directories: { keys: "${directory}/keys", values: "${directory}/values" }
          ephemeral: false
          ttl: { spans: 168h }
receivers:
  otlp:
    protocols:
      http: { endpoint: "127.0.0.1:${otlp}" }
processors:
  batch:
exporters:
  jaeger_storage_exporter: { trace_storage: badger }
`,
  );
  const server = spawn(file, ["--config", config], { stdio: ["ignore", "ignore", "pipe"] });
  await until("Jaeger", server, () => answers(`http://127.0.0.1:${health}/status`));
  return {
    name: "Jaeger 2.13, Badger",
    process: server,
    traces: `http://127.0.0.1:${otlp}/v1/traces`,
    directory,
    owes: true,
    open: { what: "trace", url: (id) => `http://127.0.0.1:${http}/api/traces/${id}` },
  };
}

/** Tempo as a single program on local disk. By default it takes 15 MB a second, less than it can: the limit is lifted. */
async function startTempo(parent: string): Promise<Served> {
  const file = await engine("tempo", console.error);
  const directory = fresh(parent, "tempo");
  const [http = 0, grpc = 0, otlp = 0, gossip = 0] = await freePorts(4);
  const config = join(parent, "tempo.yaml");
  writeFileSync(
    config,
    `
server:
  http_listen_address: 127.0.0.1
  http_listen_port: ${http}
  grpc_listen_address: 127.0.0.1
  grpc_listen_port: ${grpc}
  log_level: warn
memberlist: { bind_addr: [127.0.0.1], bind_port: ${gossip} }
distributor:
  receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:${otlp}" } } } }
live_store:
  shutdown_marker_dir: ${directory}/shutdown
  wal: { path: ${directory}/live }
storage:
  trace:
    backend: local
    wal: { path: ${directory}/wal }
    local: { path: ${directory}/blocks }
overrides:
  defaults:
    ingestion: { rate_limit_bytes: 1000000000, burst_size_bytes: 1000000000, max_traces_per_user: 0 }
usage_report: { reporting_enabled: false }
`,
  );
  const server = spawn(file, [`-config.file=${config}`], { stdio: ["ignore", "ignore", "pipe"] });
  await until("Tempo", server, () => answers(`http://127.0.0.1:${http}/ready`));
  return {
    name: "Tempo 3 (April 2026)",
    process: server,
    traces: `http://127.0.0.1:${otlp}/v1/traces`,
    directory,
    owes: true,
    open: { what: "trace", url: (id) => `http://127.0.0.1:${http}/api/v2/traces/${id}` },
  };
}

const PHOENIX = "arize-phoenix==20.26.1";

/** Phoenix with SQLite, its default. It takes hundreds of spans a second where others take ten thousands: it gets fewer. */
async function startPhoenix(parent: string): Promise<Served> {
  const python = await phoenixEnvironment();
  const directory = fresh(parent, "phoenix");
  const [http = 0, grpc = 0] = await freePorts(2);
  const server = spawn(python, ["-m", "phoenix.server.main", "serve"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      PHOENIX_WORKING_DIR: directory,
      PHOENIX_HOST: "127.0.0.1",
      PHOENIX_PORT: `${http}`,
      PHOENIX_GRPC_PORT: `${grpc}`,
      PHOENIX_TELEMETRY_ENABLED: "false",
      PHOENIX_ALLOW_EXTERNAL_RESOURCES: "false",
    },
  });
  const url = `http://127.0.0.1:${http}`;
  await until("Phoenix", server, () => answers(`${url}/healthz`));
  return {
    name: "Phoenix 20.26, SQLite",
    process: server,
    traces: `${url}/v1/traces`,
    directory,
    owes: true,
    share: 0.05,
    open: {
      what: "trace",
      url: (id) => `${url}/v1/projects/default/spans/otlpv1?limit=1000&trace_id=${id}`,
    },
  };
}

const execute = promisify(execFile);

/** A virtual environment outside the tree, made once. */
async function phoenixEnvironment(): Promise<string> {
  const base = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const place = join(base, "throughline", "peers", PHOENIX);
  const python = join(place, "bin", "python");
  if (existsSync(join(place, "ready"))) return python;
  console.error(`installing ${PHOENIX}; this happens once and takes some minutes`);
  await mkdir(place, { recursive: true });
  await execute("python3", ["-m", "venv", "--clear", place]);
  await execute(python, ["-m", "pip", "install", "--quiet", PHOENIX]);
  await mkdir(join(place, "ready"));
  return python;
}

async function answers(url: string): Promise<true | undefined> {
  const response = await fetch(url).catch(() => undefined);
  await response?.arrayBuffer();
  return response?.ok === true ? true : undefined;
}
