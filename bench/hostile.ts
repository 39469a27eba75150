/**
 * Many mutated and hostile requests against a real `throughline up`: does it go on answering, does it keep what was good,
 * is the database sound afterwards, and how much memory did it take? `npm run bench -- hostile [count] [seed]`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";

import { createHostile } from "../packages/server/test/support/hostile.ts";
import { tracesBody } from "../packages/server/test/support/requests.ts";
import { grpcStorm, storm } from "../packages/server/test/support/storm.ts";

const bin = fileURLToPath(new URL("../packages/cli/src/bin.ts", import.meta.url));
const perRound = 5_000;
const goodSpans = 7;

export async function run(args: string[]): Promise<void> {
  const count = Number(args[0] ?? 100_000);
  const seed = Number(args[1] ?? 20_261_121);
  const data = await mkdtemp(join(tmpdir(), "throughline-hostile-"));
  const up = ["--conditions=@throughline/source", bin, "up", "--port", "0", "--grpc-port", "0"];
  const server = spawn(process.execPath, [...up, "--data", data], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  try {
    const { url, grpc } = await announced(data);
    const hostile = createHostile(seed);
    const statuses = new Map<string, number>();
    const add = (kind: string, more: ReadonlyMap<number, number>) => {
      for (const [status, n] of more) {
        statuses.set(`${kind} ${status}`, (statuses.get(`${kind} ${status}`) ?? 0) + n);
      }
    };
    let broken = 0;
    let rounds = 0;
    const began = performance.now();
    for (let sent = 0; sent < count; sent += perRound) {
      const http = await storm(url, perRound * 0.9, hostile);
      const calls = await grpcStorm(grpc, perRound * 0.1, hostile);
      add("HTTP", http.statuses);
      add("gRPC", calls.statuses);
      broken += http.broken + calls.broken;
      const body = tracesBody({ session: "good", spans: goodSpans });
      const good = await fetch(`${url}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/x-protobuf" },
        body: new Uint8Array(body),
      });
      if (good.status !== 200) throw new Error(`a good request got ${good.status}`);
      rounds++;
    }
    const seconds = (performance.now() - began) / 1_000;
    const session: unknown = await (await fetch(`${url}/api/v1/sessions/good`)).json();
    const memory = await peakMemory(server.pid ?? 0);
    server.kill("SIGTERM");
    const [code] = await once(server, "close");

    console.log(`${rounds * perRound} hostile requests (seed ${seed}) in ${seconds.toFixed(1)} s`);
    for (const status of [...statuses.keys()].toSorted()) {
      console.log(`  ${status.padEnd(10)} ${statuses.get(status)}`);
    }
    console.log(`  without an answer: ${broken}`);
    console.log(`good spans kept: ${spansOf(session)} of ${rounds * goodSpans}`);
    console.log(`peak memory of the server: ${memory}`);
    console.log(
      `exit code after SIGTERM: ${String(code)}; lines of complaint: ${complaints(said).length}`,
    );
    for (const line of complaints(said).slice(0, 5)) console.log(`  ${line}`);
    for (const line of await integrity(data)) console.log(line);
  } finally {
    server.kill("SIGKILL");
    await rm(data, { recursive: true, force: true });
  }
}

async function announced(data: string): Promise<{ readonly url: string; readonly grpc: string }> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const text = await readFile(join(data, "running.json"), "utf8").catch(() => undefined);
    if (text !== undefined) return JSON.parse(text) as { url: string; grpc: string };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the server did not start");
}

function spansOf(session: unknown): string {
  const known = typeof session === "object" && session !== null && "spans" in session;
  return known ? String(session.spans) : "none";
}

async function peakMemory(pid: number): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return /^VmHWM:\s+(.*)$/m.exec(status)?.[1] ?? "unknown on this system";
}

/** Everything the server said after its first line. */
function complaints(said: string): string[] {
  return said.trimEnd().split("\n").slice(1);
}

async function integrity(data: string): Promise<string[]> {
  const lines: string[] = [];
  for (const file of await readdir(data)) {
    if (!file.endsWith(".db")) continue;
    using database = new DatabaseSync(join(data, file), { readOnly: true });
    const [row] = database.prepare("PRAGMA integrity_check").all();
    lines.push(`integrity of ${file}: ${String(row?.["integrity_check"])}`);
  }
  return lines;
}
