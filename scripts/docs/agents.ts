import { dialects, eventNameOf, readLog, readStep } from "@throughline/core/dialects";
import {
  aboutRecording,
  counted,
  portrait,
  type Portrait,
  recorded,
  recordings,
} from "../../test/support/recorded-agents.ts";
import { agents, logsOnlyAgent, type AgentRecipe, type Settings } from "../record-agents/agents.ts";

/** docs/agents.md: what the recordings in test/fixtures/agents say, gaps included. */
export function renderAgents(): string {
  const single = recordings().filter((name) => !name.endsWith("-two-turns"));
  return `${[opening, summary(single), ...single.flatMap((name) => section(name)), spoken].join(
    "\n\n",
  )}\n`;
}

const opening = `# Coding agents and what they emit

<!-- Generated from test/fixtures/agents by \`npm run docs\`; record again with \`npm run record:agents\`. -->

Real releases of coding agents, run headless with the prompt "say hi with the shell" against a model server that answers with
one shell call and then with a text (two model calls, each 120 input tokens, 20 of them cached, and 30 output tokens), and
what they sent by OTLP. Every number below is read from the recordings by the same readers that a store uses. \`throughline run\`
sets the switches named here by itself.`;

function summary(names: readonly string[]): string {
  const rows = names.map((name) => {
    const { package: packageName, version } = aboutRecording(name);
    const { calls, keys, logs, spans, traces, untraced } = portrait(name);
    const { none: _, ...told } = keys;
    return [
      `[${aboutRecording(name).agent}](#${anchor(name)}) ${version}`,
      `\`${packageName}\``,
      String(traces),
      String(total(spans)),
      `${total(logs)} (${untraced} outside any trace)`,
      Object.keys(told)
        .map((key) => `\`${key}\``)
        .join(", "),
      reported(calls),
    ];
  });
  return [
    "## At a glance",
    "",
    ...table(["agent", "package", "traces", "spans", "log records", "session key", "cost"], rows),
  ].join("\n");
}

function reported({ logs, spans }: Portrait["calls"]): string {
  if (spans.some(({ cost }) => cost !== undefined)) return "on spans";
  return logs.some(({ cost }) => cost !== undefined) ? "on log events" : "none";
}

function section(name: string): string[] {
  const about = aboutRecording(name);
  const drawn = portrait(name);
  const recipe = [...agents, logsOnlyAgent].find(({ id }) => id === name);
  return [
    `## ${about.agent}`,
    ...(recipe === undefined ? [] : [switches(recipe)]),
    `What one prompt becomes in ${about.version}, recorded ${about.recorded}:`,
    [
      ...table(
        ["records", "carried", "inherited", "joined", "linked", "none"],
        [belonging("spans", drawn.spans), belonging("log records", drawn.logs)],
      ),
    ].join("\n"),
    table(["name", "read as", "times"], namesOf(name)).join("\n"),
    ["Worth knowing:", "", ...notesOn(name, drawn).map((note) => `- ${note}`)].join("\n"),
  ];
}

function belonging(kind: string, by: Readonly<Record<string, number>>): string[] {
  const places = ["carried", "inherited", "joined", "linked", "none"];
  return [kind, ...places.map((place) => String(by[place] ?? 0))];
}

/** The names that are read as something; the rest is counted in one line. */
function namesOf(name: string): string[][] {
  const records = recorded(name);
  const read: string[] = [];
  let unread = 0;
  for (const record of records) {
    const step = readStep(record)?.step;
    const event = readLog(record)?.stands;
    const label = record.kind === "span" ? record.name : eventNameOf(record);
    if (step !== undefined) read.push(`span \`${label}\` | ${step}`);
    else if (event !== undefined) read.push(`event \`${label}\` | ${event}`);
    else unread++;
  }
  return [
    ...Object.entries(counted(read)).map(([line, times]) => `${line} | ${times}`.split(" | ")),
    ["other records", "internals and ordinary log lines", String(unread)],
  ];
}

/** What the recording shows that a session view has to cope with. */
function notesOn(name: string, drawn: Portrait): string[] {
  const { calls, events, keys, logs, spans, steps, tools, traces, untraced } = drawn;
  const any = (test: boolean, text: string): string[] => (test ? [text] : []);
  return [
    ...any(total(spans) === 0, "No spans: calls, tools and prompts are read from log events."),
    ...any(
      (keys["none"] ?? 0) > 0,
      `${keys["none"]} of ${total(spans) + total(logs)} records carry no session id; ${(spans["none"] ?? 0) + (logs["none"] ?? 0)} of them can't be joined to a session at all.`,
    ),
    ...any(
      Object.keys(keys).filter((key) => key !== "none").length > 1,
      "The session stands under different keys on different records.",
    ),
    ...any(untraced > 0, `${untraced} log records have no trace id.`),
    ...any(
      traces > 1 && drawn.links === 0,
      `${traces} traces of one session, with no link between them.`,
    ),
    ...any(
      total(spans) > 0 && steps["turn"] === undefined,
      "No span for the turn: the prompt event stands for it.",
    ),
    ...any(
      events["session.start"] === undefined || events["session.end"] === undefined,
      `No event for the session's ${events["session.start"] === undefined ? "start and end" : "end"}.`,
    ),
    ...any(
      calls.spans.length > 0 && calls.logs.length > 0,
      "Every model call is told twice, by a span and by a log event; the span counts.",
    ),
    ...any(
      calls.spans.some(({ model }) => model === undefined),
      "Spans that hold a call's tokens do not name its model.",
    ),
    ...any(
      calls.spans.some(({ usage }) => usage?.cacheRead === undefined),
      "Cached tokens are on log events only.",
    ),
    ...any(
      calls.spans.length > 0 &&
        calls.spans.every(({ cost }) => cost === undefined) &&
        calls.logs.some(({ cost }) => cost !== undefined),
      "Cost is on log events only.",
    ),
    ...any(
      [...calls.spans, ...calls.logs].every(({ cost }) => cost === undefined),
      "No cost: it is priced from the price list.",
    ),
    ...any(
      tools.logs.some(({ callId }) => callId === undefined),
      "Tool events have no call id.",
    ),
    ...twoTurnNotes(name),
  ];
}

function twoTurnNotes(name: string): string[] {
  const again = `${name}-two-turns`;
  if (!recordings().includes(again)) return [];
  const { events, links, sessions, traces } = portrait(again);
  return [
    sessions === 1
      ? `A second prompt in the same session: one session id, ${traces} traces${links === 0 ? ", not linked" : ""}.`
      : `A second prompt in the same session: ${sessions} session ids, since what it sends before it knows which session it continues has one of its own.`,
    ...((events["session.start"] ?? 0) > 1
      ? ["Continuing a session tells its start once more."]
      : []),
  ];
}

function switches(recipe: AgentRecipe): string {
  const { args = [], env = {}, files = {} }: Settings = recipe.telemetry("http://localhost:4318");
  const lines = [
    ...Object.entries(env).map(([key, value]) => `${key}=${value} \\`),
    [recipe.command, ...args.map(quoted)].join(" "),
    ...Object.keys(files).map((file) => `# and a file: ~/${file}`),
  ];
  return ["```sh", ...lines, "```"].join("\n");
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

const spoken = `## Also understood

Records of these emitters are read too, from their documentation and packages rather than from recordings:
${dialects
  .filter(({ id }) => id !== "throughline" && !agents.some((agent) => agent.id === id))
  .map(({ title }) => title)
  .toSorted()
  .join(
    ", ",
  )}; and whatever follows OpenTelemetry's GenAI conventions, with the current names or the older ones.`;

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function anchor(name: string): string {
  return aboutRecording(name)
    .agent.toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
