// The other side of a hand-over: a thread or a child with a host of its own. It does what its carrier says it belongs to,
// answers with the records it made, and is asked for several sessions at once.
import { setImmediate as immediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

import { carry, extract, type Arrival, type CarrierFields } from "@throughline/sdk";

import { host } from "../support/host.ts";
import { recorded, type Recorded } from "./recorded.ts";

export interface Job {
  readonly name: string;
  readonly carrier: CarrierFields;
}

export interface Answer {
  readonly name: string;
  readonly records: Recorded;
  /** What the environment of a child of this one would say. */
  readonly environment: object;
}

const app = host();

async function work(name: string, arrival: Arrival): Promise<void> {
  const environment = await arrival.session({}, async (s) => {
    await immediate();
    s.log.info(`${name} arrived`);
    return s.tool({ name, callId: name }, async (tool) => {
      await immediate();
      tool.log.info(`${name} working`);
      return carry.env(tool, {});
    });
  });
  const answer: Answer = { name, records: recorded(app), environment };
  if (parentPort === null) process.send?.(answer);
  else parentPort.postMessage(answer, []);
}

const started = parentPort === null ? extract.env() : extract.worker(workerData);
if (started.sessionId !== undefined) void work("started", started);

const receive = ({ name, carrier }: Job): void => void work(name, extract.worker(carrier));
if (parentPort === null) process.on("message", receive);
else parentPort.on("message", receive);
