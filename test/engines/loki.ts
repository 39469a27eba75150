import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engine } from "./prepare.ts";
import { freePorts, type RunningProgram, startProgram } from "./program.ts";

export interface RunningLoki extends RunningProgram {
  /** Where it is asked; it takes OTLP over HTTP under `/otlp`. */
  readonly url: string;
}

/** Loki as a single program on this machine, empty. */
export async function startLoki(): Promise<RunningLoki> {
  const file = await engine("loki", (line) => process.stderr.write(`${line}\n`));
  const directory = await mkdtemp(join(tmpdir(), "throughline-loki-"));
  const [http = 0, grpc = 0] = await freePorts(2);
  const config = join(directory, "loki.yaml");
  await writeFile(config, configuration(directory, http, grpc));
  const url = `http://127.0.0.1:${http}`;
  const program = await startProgram(file, [`-config.file=${config}`], `${url}/ready`);
  return {
    url,
    async stop() {
      await program.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** By default a stream takes nothing that is more than an hour older than its newest line; tests go back and forth. */
function configuration(directory: string, http: number, grpc: number): string {
  return `
auth_enabled: false
server:
  http_listen_address: 127.0.0.1
  http_listen_port: ${http}
  grpc_listen_address: 127.0.0.1
  grpc_listen_port: ${grpc}
  log_level: warn
common:
  path_prefix: ${directory}
  instance_addr: 127.0.0.1
  replication_factor: 1
  ring:
    instance_addr: 127.0.0.1
    kvstore:
      store: inmemory
schema_config:
  configs:
    - from: 2024-01-01
      store: tsdb
      object_store: filesystem
      schema: v13
      index:
        prefix: index_
        period: 24h
storage_config:
  filesystem:
    directory: ${directory}/chunks
ingester:
  max_chunk_age: 48h
  chunk_idle_period: 24h
  lifecycler:
    min_ready_duration: 0s
limits_config:
  allow_structured_metadata: true
  volume_enabled: true
  ingestion_rate_mb: 100
  ingestion_burst_size_mb: 200
  per_stream_rate_limit: 100MB
  per_stream_rate_limit_burst: 200MB
analytics:
  reporting_enabled: false
`;
}
