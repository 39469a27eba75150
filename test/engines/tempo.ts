import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engine } from "./prepare.ts";
import { freePorts, type RunningProgram, startProgram } from "./program.ts";

export interface RunningTempo extends RunningProgram {
  /** Where it is asked. */
  readonly url: string;
  /** Where it takes OTLP over HTTP. */
  readonly otlp: string;
}

interface Wanted {
  /** Answers come from blocks of the newest form, seconds later; else at once, from what is still being taken in. */
  readonly fromBlocks: boolean;
}

/** Tempo as a single program on this machine, empty. */
export async function startTempo(
  { fromBlocks }: Wanted = { fromBlocks: false },
): Promise<RunningTempo> {
  const file = await engine("tempo", (line) => process.stderr.write(`${line}\n`));
  const directory = await mkdtemp(join(tmpdir(), "throughline-tempo-"));
  const [http = 0, grpc = 0, otlp = 0, gossip = 0] = await freePorts(4);
  const config = join(directory, "tempo.yaml");
  await writeFile(config, configuration(directory, { http, grpc, otlp, gossip }, fromBlocks));
  const url = `http://127.0.0.1:${http}`;
  const program = await startProgram(file, [`-config.file=${config}`], `${url}/ready`);
  return {
    url,
    otlp: `http://127.0.0.1:${otlp}`,
    async stop() {
      await program.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface Ports {
  readonly http: number;
  readonly grpc: number;
  readonly otlp: number;
  readonly gossip: number;
}

/**
 * What differs from the defaults lets a test look soon at records of an hour ago: by default those are only looked for in
 * blocks, where they arrive minutes later.
 */
function configuration(
  directory: string,
  { gossip, grpc, http, otlp }: Ports,
  fromBlocks: boolean,
): string {
  const backendAfter = fromBlocks ? "1s" : "24h";
  return `
server:
  http_listen_address: 127.0.0.1
  http_listen_port: ${http}
  grpc_listen_address: 127.0.0.1
  grpc_listen_port: ${grpc}
  log_level: warn
memberlist:
  bind_addr: [127.0.0.1]
  bind_port: ${gossip}
distributor:
  receivers:
    otlp:
      protocols:
        http:
          endpoint: 127.0.0.1:${otlp}
live_store:
  flush_check_period: 500ms
  max_trace_idle: 500ms
  max_trace_live: 1s${fromBlocks ? "\n  max_block_duration: 5s" : ""}
  complete_block_timeout: 24h
  shutdown_marker_dir: ${directory}/shutdown
  wal:
    path: ${directory}/live
    ingestion_time_range_slack: 24h
query_frontend:
  query_end_cutoff: 0s
  search:
    query_backend_after: ${backendAfter}
  metrics:
    query_backend_after: ${backendAfter}
storage:
  trace:
    backend: local
    blocklist_poll: 2s${fromBlocks ? "\n    block:\n      version: vParquet5" : ""}
    wal:
      path: ${directory}/wal
      ingestion_time_range_slack: 24h
    local:
      path: ${directory}/blocks
usage_report:
  reporting_enabled: false
`;
}
