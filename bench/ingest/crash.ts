import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createSkimmer } from "@throughline/core/otlp";
import { openEmbeddedHome } from "@throughline/store";
import { agentSpans } from "../lib/agent-spans.ts";
import { BATCH, median } from "./load.ts";

const KILLS = 20;
const WRITER = fileURLToPath(new URL("./crash-writer.ts", import.meta.url));

/** Kills a writer under load 20 times, on one growing directory, and looks for what is missing after each. */
export async function crash(seed: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "throughline-crash-"));
  const reopened: number[] = [];
  let lost = 0;
  let wrong = 0;
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const acknowledged = await killed(directory, seed + kill, 100 + ((kill * 379) % 900));
      reopened.push(await reopen(directory));
      const stored = storedSpans(directory);
      const missing = spanIdsOf(seed + kill, acknowledged).filter((id) => !stored.has(id)).length;
      const unequal = unequalRollups(directory);
      console.log(
        `kill ${kill + 1}: ${acknowledged.length * BATCH} spans acknowledged, ${missing} lost; ${stored.size} stored, ${unequal} rollups unlike their rows; open again in ${Math.round(reopened.at(-1) ?? 0)} ms`,
      );
      lost += missing;
      wrong += unequal;
    }
    console.log(
      `\n${KILLS} kills: ${lost} acknowledged spans lost, ${wrong} rollups unlike their rows; open again p50 ${Math.round(median(reopened))} ms, max ${Math.round(Math.max(...reopened))} ms; integrity ${integrity(directory)}`,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Lets a writer work for a while after it is open, then kills it; which requests it had acknowledged. */
async function killed(directory: string, seed: number, afterMs: number): Promise<number[]> {
  const writer = spawn(process.execPath, [...process.execArgv, WRITER, directory, String(seed)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const acknowledged: number[] = [];
  const lines = createInterface({ input: writer.stdout });
  const first = new Promise<void>((resolve) => {
    lines.on("line", (line) => {
      if (line === "open") return;
      acknowledged.push(Number(line));
      resolve();
    });
  });
  const exit = once(writer, "exit");
  await Promise.race([first, exit]);
  await wait(afterMs);
  writer.kill("SIGKILL");
  await exit;
  return acknowledged;
}

/** Milliseconds until the first question is answered. */
async function reopen(directory: string): Promise<number> {
  const start = performance.now();
  const home = await openEmbeddedHome({ directory, report: (line) => console.error(line) });
  await home.reader.sessions({ limit: 1 });
  const took = performance.now() - start;
  await home.close();
  return took;
}

/** The ids of the spans in these requests, which their seed makes again. */
function spanIdsOf(seed: number, requests: readonly number[]): string[] {
  const wanted = new Set(requests);
  const agents = agentSpans(seed);
  const skimmer = createSkimmer({ attributes: [], resourceAttributes: [] });
  const ids: string[] = [];
  for (let request = 0; request <= Math.max(...requests, -1); request++) {
    const body = Buffer.from(agents.request(BATCH));
    if (wanted.has(request))
      skimmer.traces(body, ({ spanIdAt }) =>
        ids.push(body.toString("hex", spanIdAt, spanIdAt + 8)),
      );
  }
  return ids;
}

function storedSpans(directory: string): Set<string> {
  const ids = new Set<string>();
  for (const db of open(directory)) {
    for (const { id } of db.prepare("select hex(span_id) as id from span").iterate())
      ids.add(String(id).toLowerCase());
    db.close();
  }
  return ids;
}

/** Every span here carries its session, so its rows are those of its cluster. */
function unequalRollups(directory: string): number {
  let unequal = 0;
  for (const db of open(directory)) {
    const row = db
      .prepare(
        `with counted as (
           select span.id / 1048576 as cluster, count(*) as spans, sum(input) as input, sum(output) as output,
             sum(status = 2 and not exists (
               select 1 from span as child where child.id / 1048576 = span.id / 1048576
                 and child.id between span.id / 1048576 * 1048576 and span.id / 1048576 * 1048576 + 1048575
                 and child.trace = span.trace and child.parent_id = span.span_id and child.status = 2)) as errors
           from span group by cluster)
         select count(*) as n from session join counted on counted.cluster = session.id
         where since is null and (session.spans <> counted.spans or session.errors <> counted.errors
           or session.input <> coalesce(counted.input, 0) or session.output <> coalesce(counted.output, 0))`,
      )
      .get();
    unequal += Number(row?.["n"]);
    db.close();
  }
  return unequal;
}

function integrity(directory: string): string {
  return open(directory)
    .map((db) => {
      const answer = String(db.prepare("pragma integrity_check").get()?.["integrity_check"]);
      db.close();
      return answer;
    })
    .join(", ");
}

function open(directory: string): DatabaseSync[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".db"))
    .map((name) => new DatabaseSync(join(directory, name), { readOnly: true }));
}
