/**
 * `npm run record:agents [-- AGENT ...]`: runs real coding agents against a fake model and keeps what they send.
 *
 * Writes test/fixtures/agents/AGENT/{traces,logs,metrics}.jsonl, one OTLP/JSON export request a line in the order of arrival
 * (as the collector's file exporter writes them), and about.json. AGENT-two-turns holds two prompts in one session.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { homedir, hostname, release } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startFakeModel } from "../../test/support/fake-model.ts";
import { agents, logsOnlyAgent, type AgentRecipe } from "./agents.ts";
import { cacheFolder, install } from "./install.ts";
import { budget, firstPoints, withoutBookkeeping } from "./leave-out.ts";
import { readArrival, startRecorder, type Arrival, type Signal } from "./recorder.ts";
import { furnish, openRoom, runAgent, type Room } from "./run-agent.ts";
import { scrub, type Json, type Scrubber } from "./scrub.ts";

const fixtures = fileURLToPath(new URL("../../test/fixtures/agents/", import.meta.url));
const prompts = ["say hi with the shell", "say hi again"] as const;
const signals: readonly Signal[] = ["traces", "logs", "metrics"];

const wanted = process.argv.slice(2);
const isWanted = ({ id }: AgentRecipe): boolean => wanted.length === 0 || wanted.includes(id);
for (const agent of agents.filter(isWanted)) {
  const first = agent.ask(prompts[0]);
  await record(agent, agent.id, [first]);
  if (agent.askAgain !== undefined)
    await record(agent, `${agent.id}-two-turns`, [first, agent.askAgain(prompts[1])]);
}
if (isWanted(logsOnlyAgent))
  await record(logsOnlyAgent, logsOnlyAgent.id, [logsOnlyAgent.ask(prompts[0])]);

async function record(
  agent: AgentRecipe,
  name: string,
  turns: readonly (readonly string[])[],
): Promise<void> {
  const path = install(agent);
  using room = openRoom(join(cacheFolder, "rooms"));
  await using model = await startFakeModel();
  await using recorder = await startRecorder();
  const settings = [agent.headless, agent.telemetry(recorder.url), agent.model(model.url)];
  const setting = furnish(room, settings);
  for (const turn of turns) await runAgent(agent, path, room, setting, turn);

  const folder = join(fixtures, name);
  mkdirSync(folder, { recursive: true });
  const leftOut: string[] = [];
  for (const signal of signals) {
    const arrivals = recorder.arrivals.filter((arrival) => arrival.signal === signal);
    const lines = write(arrivals, signal, scrubberOf(room), leftOut);
    writeFileSync(join(folder, `${signal}.jsonl`), lines);
    console.error(`${name}: ${signal} ${arrivals.length} requests, ${lines.length} bytes`);
  }
  const about = {
    agent: agent.title,
    package: agent.package,
    version: agent.version,
    recorded: new Date().toISOString().slice(0, 10),
    prompts: prompts.slice(0, turns.length),
    commands: turns.map((turn) => [agent.command, ...(setting.args ?? []), ...turn].map(local)),
    env: Object.keys(setting.env ?? {}).toSorted(),
    model_requests: model.requests,
    left_out: leftOut,
  };
  writeFileSync(join(folder, "about.json"), `${JSON.stringify(about, undefined, 2)}\n`);

  function local(text: string): string {
    return text.replaceAll(recorder.url, "http://localhost:4318").replaceAll(model.url, "MODEL");
  }
}

function write(
  arrivals: readonly Arrival[],
  signal: Signal,
  scrubber: Scrubber,
  leftOut: string[],
): string {
  const tally = { shortened: 0 };
  let requests = arrivals.map((arrival) => scrub(readArrival(arrival), scrubber, tally));
  if (tally.shortened > 0)
    leftOut.push(`${signal}: the tails of ${tally.shortened} texts beyond 1,000 characters`);
  if (lines(requests).length > budget[signal]) {
    requests = requests.map(signal === "metrics" ? firstPoints : withoutBookkeeping);
    leftOut.push(
      signal === "metrics"
        ? "metrics: all data points of a metric but the first, and exemplars"
        : `${signal}: source locations and busy times (code.*, target, thread.name, busy_ns, idle_ns), empty fields`,
    );
  }
  return lines(requests);
}

function lines(requests: readonly Json[]): string {
  return requests.map((request) => `${JSON.stringify(request)}\n`).join("");
}

function scrubberOf(room: Room): Scrubber {
  return {
    hostName: hostname(),
    texts: [
      [release(), "0.0.0"],
      [room.folder, "/recorded"],
      [cacheFolder, "/agents"],
      [dirname(dirname(process.execPath)), "/node"],
      [dirname(dirname(dirname(fixtures))), "/throughline"],
      // With its slash: Codex calls its main agent "/root", which is a home folder too.
      [`${homedir()}/`, "/home/agent/"],
    ],
  };
}
