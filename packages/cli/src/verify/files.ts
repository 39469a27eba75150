import { readFileSync, writeFileSync } from "node:fs";
import {
  type Baseline,
  type FileFault,
  type PolicyFile,
  readBaseline,
  readPolicy,
} from "@throughline/core/verify";

import { CommandError, exit } from "../exit-codes.ts";

export const usualPolicyFile = "throughline.verify.json";
export const usualBaselineFile = "throughline.baseline.json";

const noPolicy: PolicyFile = { profile: undefined, levels: {}, allow: [] };

/** The policy of a file; the usual one need not exist, one that was asked for must. */
export function loadPolicy(path: string | undefined): PolicyFile {
  const json = parsed(path ?? usualPolicyFile, path === undefined);
  if (json === undefined) return noPolicy;
  const read = readPolicy(json);
  if ("policy" in read) return read.policy;
  throw faulty(path ?? usualPolicyFile, read.faults);
}

/** Undefined where there is no such file, which is what a first `--write-baseline` finds. */
export function loadBaseline(path: string): Baseline | undefined {
  const json = parsed(path, true);
  if (json === undefined) return undefined;
  const read = readBaseline(json);
  if ("baseline" in read) return read.baseline;
  throw faulty(path, read.faults);
}

export function saveBaseline(path: string, baseline: Baseline): void {
  save(path, `${JSON.stringify(baseline, undefined, 2)}\n`);
}

export function save(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new CommandError(`${path} can't be written: ${error.message}.`);
  }
}

function parsed(path: string, mayBeAbsent: boolean): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    if (error.code === "ENOENT" && mayBeAbsent) return undefined;
    if (error.code === "ENOENT")
      throw new CommandError(`there is no file ${path}.`, "", exit.notFound);
    throw new CommandError(`${path} can't be read: ${error.message}.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CommandError(`${path} is not JSON: ${error.message}.`, "", exit.usage);
  }
}

function faulty(path: string, faults: readonly FileFault[]): CommandError {
  const lines = faults.map(({ at, message }) => `  ${at === "" ? "" : `${at}: `}${message}`);
  return new CommandError(
    `${path} can't be used:\n${lines.join("\n")}`,
    "docs/verify.md explains the file.",
    exit.usage,
  );
}
