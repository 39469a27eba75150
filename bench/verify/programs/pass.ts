/** `pass.ts decode|verify FILE ANYBODY`: reads a file of OTLP as the command does, verifies what is in it or not, and says as JSON what it took. */
import { createReadStream } from "node:fs";
import { decodeAny, splitLengthPrefixed } from "@throughline/core/otlp";
import { recordsOf } from "@throughline/core/record";
import { createVerifier, everyDialect } from "@throughline/core/verify";

import type { Pass } from "../main.ts";

const CHUNK = 1 << 20;

const [what, file = "", anybody] = process.argv.slice(2);
const options = anybody === "true" ? everyDialect() : {};
const verifier = what === "verify" ? createVerifier(options) : undefined;
let records = 0;
let peakHeap = 0;
let measured = 0;
const splitter = splitLengthPrefixed();
for await (const chunk of createReadStream(file, { highWaterMark: CHUNK }))
  for (const message of splitter.push(chunk)) take(message);
splitter.end();
const report = verifier?.finish();
const { system, user } = process.cpuUsage();
const pass: Pass = {
  records,
  cpu: system + user,
  peakRss: process.resourceUsage().maxRSS * 1024,
  peakHeap,
  early: report?.summary.decided_early ?? 0,
  findings: report?.findings.length ?? 0,
};
console.log(JSON.stringify(pass));

function take(message: Uint8Array): void {
  const any = decodeAny(message);
  if (any.signal === "metrics") return;
  for (const record of recordsOf(any.request)) {
    records++;
    verifier?.add(record);
  }
  if (globalThis.gc === undefined || records - measured < 100_000) return;
  measured = records;
  globalThis.gc();
  peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed);
}
