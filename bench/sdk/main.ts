/**
 * `npm run bench -- sdk [--rounds 5] [--steps 12000] [--outage] [--peers] [--only NAME,NAME]`: what a traced agent step costs,
 * everything delivered to a local OTLP sink in a process of its own. One process per subject and round, rounds interleaved;
 * ratios are medians of the ratios within a round. With `--outage`: who loses what while the collector is away.
 */
import { parseArgs } from "node:util";

import { measureOutage } from "./outage.ts";
import { installPeers } from "./peers.ts";
import { Sink } from "./sink-process.ts";
import { printSteps, printTurns, runRounds, takeTurns, type Contender } from "./steps.ts";

const plain = "plain OTel 3.x";
const plainTurns = "100 turns a session: plain OTel";
const plainSessions = "a session each step: plain OTel";

/** Those that write whole sessions are also held against plain OpenTelemetry that writes the same records. */
const own: Contender[] = [
  { name: "nothing", file: subject("nothing"), spansPerStep: 0 },
  { name: plain, file: subject("otel"), spansPerStep: 5 },
  { name: "official spans + delivery", file: subject("delivery"), spansPerStep: 5 },
  { name: "... with a journal", file: subject("journal"), spansPerStep: 5 },
  // A root comes to every hundred turns.
  { name: plainTurns, file: subject("otel-turns"), spansPerStep: 5.01, likeness: plainTurns },
  {
    name: "100 turns a session: throughline",
    file: subject("throughline-turns"),
    spansPerStep: 5.01,
    likeness: plainTurns,
  },
  { name: plainSessions, file: subject("otel-session"), spansPerStep: 5, likeness: plainSessions },
  {
    name: "a session each step: throughline",
    file: subject("throughline"),
    spansPerStep: 5,
    likeness: plainSessions,
  },
];

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "5" },
      steps: { type: "string", default: "12000" },
      only: { type: "string" },
      peers: { type: "boolean", default: false },
      outage: { type: "boolean", default: false },
    },
  });
  const parts = values.only?.split(",");
  const chosen = (name: string): boolean =>
    parts === undefined || parts.some((part) => name.includes(part));
  const contenders = [
    ...own.filter(({ name }) => chosen(name)),
    ...(values.peers ? installPeers(chosen) : []),
  ];
  if (values.outage) {
    return measureOutage(contenders.filter(({ spansPerStep }) => spansPerStep === 5));
  }
  const [rounds, steps] = [Number(values.rounds), Number(values.steps)];
  const sink = await Sink.start();
  try {
    for (const contentBytes of [0, 20_000]) {
      const plan = { rounds, steps: contentBytes === 0 ? steps : steps / 2, contentBytes };
      const title = `A step of 5 spans${contentBytes > 0 ? `, ${contentBytes / 1_000} KB of content on one` : ""}; ${plan.steps} steps a round`;
      printSteps(title, await runRounds(contenders, sink, plan), plain);
      if (parts === undefined) {
        printTurns("Two of them in one process, taking turns", await takeTurns(sink, plan));
      }
    }
  } finally {
    sink.stop();
  }
}

function subject(name: string): string {
  return new URL(`subjects/${name}.ts`, import.meta.url).href;
}
