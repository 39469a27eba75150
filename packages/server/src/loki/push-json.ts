import { Refusal } from "../refusal/refusal.ts";
import type { PushedEntry, PushedStream } from "./pushed.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** `{"streams": [{"stream": {labels}, "values": [["nanoseconds", "line", {metadata}?]]}]}`. */
export function pushFromJson(bytes: Uint8Array): readonly PushedStream[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8.decode(bytes));
  } catch {
    throw bad("it is no JSON");
  }
  const streams = isObject(parsed) ? parsed["streams"] : undefined;
  if (!Array.isArray(streams)) throw bad(`it has no list of "streams"`);
  return streams.map((stream: unknown) => {
    if (!isObject(stream)) throw bad("a stream is an object");
    const values = stream["values"];
    if (!Array.isArray(values)) throw bad(`a stream has no list of "values"`);
    return { labels: textsOf(stream["stream"]), entries: values.map(entryOf) };
  });
}

function entryOf(value: unknown): PushedEntry {
  const [time, line, metadata]: readonly unknown[] = Array.isArray(value) ? value : [];
  if (typeof time !== "string" || !/^\d{1,19}$/.test(time))
    throw bad("a value's time is a string of nanoseconds");
  if (typeof line !== "string") throw bad("a value's line is a string");
  return {
    timeNs: BigInt(time),
    line,
    metadata: metadata === undefined ? new Map() : textsOf(metadata),
  };
}

function textsOf(value: unknown): ReadonlyMap<string, string> {
  if (!isObject(value)) throw bad("labels and metadata are objects of strings");
  return new Map(
    Object.entries(value).map(([name, text]) => {
      if (typeof text !== "string") throw bad(`"${name.slice(0, 80)}" is no string`);
      return [name, text];
    }),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bad(what: string): Refusal {
  return new Refusal("bad_push", `It says: ${what}.`);
}
