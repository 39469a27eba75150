import { createReadStream } from "node:fs";
import { OtlpError } from "@throughline/core/otlp";

import { CommandError, exit } from "../exit-codes.ts";
import { type Entry, otlpEntries } from "./entries.ts";

/** The entries of a file; `-` is the standard input. What can't be read is said as a command says it. */
export async function* readOtlpFile(path: string): AsyncGenerator<Entry> {
  const file = path === "-" ? process.stdin : createReadStream(path);
  try {
    yield* otlpEntries(file);
  } catch (error) {
    throw explained(path, error);
  } finally {
    file.destroy();
  }
}

/** Where in which file an entry stands. */
export function placeOf(path: string, { form, number }: Entry): string {
  return form === "json" ? `${path}:${number}` : `${path}, message ${number}`;
}

function explained(path: string, error: unknown): unknown {
  if (error instanceof OtlpError) return notOtlp(`${path} is no OTLP file: ${error.message}`);
  if (!(error instanceof Error && "code" in error)) return error;
  if (error.code === "ENOENT")
    return new CommandError(`there is no file ${path}.`, "", exit.notFound);
  const isPacking = typeof error.code === "string" && /^(Z_|ZSTD_|ERR_)/.test(error.code);
  const what = isPacking ? "is damaged" : "can't be read";
  return new CommandError(`${path} ${what}: ${error.message}.`);
}

export function notOtlp(what: string): CommandError {
  return new CommandError(
    `${what}.`,
    "It must hold export requests: JSON lines as the Collector's file exporter writes them, JSON, or protobuf with length prefixes.",
  );
}
