import { isObject, type JsonObject } from "./wire/wire.ts";

/** An event that long is no model's, and is passed on unread. */
const longest = 16_000_000;
const boundary = /\r?\n\r?\n|\r\r/;

export interface Ear {
  readonly hear: (said: JsonObject) => void;
  /** The protocol's own word for the end; clients often leave the connection then. */
  readonly done: () => void;
  /** Takes out what was not asked for; without it the bytes go on as they came, chunk by chunk. */
  readonly hide: ((said: JsonObject) => boolean) | undefined;
}

/** Server-sent events on their way to whoever asked: each is heard as it passes. */
export function eavesdrop({ hear, done, hide }: Ear): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const encoder = new TextEncoder();
  let waiting = "";

  function* take(): Generator<string> {
    for (let end = boundary.exec(waiting); end !== null; end = boundary.exec(waiting)) {
      const length = end.index + end[0].length;
      const event = waiting.slice(0, length);
      waiting = waiting.slice(length);
      yield event;
    }
    if (waiting.length > longest) yield waiting;
    if (waiting.length > longest) waiting = "";
  }

  function hears(event: string): boolean {
    const data = dataOf(event);
    if (data === "[DONE]") done();
    const said = objectIn(data);
    if (said === undefined) return true;
    hear(said);
    return hide?.(said) !== true;
  }

  return new TransformStream({
    transform(chunk, controller) {
      waiting += decoder.decode(chunk, { stream: true });
      if (hide === undefined) controller.enqueue(chunk);
      for (const event of take()) {
        const passes = hears(event);
        if (hide !== undefined && passes) controller.enqueue(encoder.encode(event));
      }
    },
    flush(controller) {
      waiting += decoder.decode();
      // Some servers end without the empty line.
      if (waiting !== "" && hears(waiting) && hide !== undefined) {
        controller.enqueue(encoder.encode(waiting));
      }
    },
  });
}

function dataOf(event: string): string {
  return event
    .split(/\r\n|\r|\n/)
    .flatMap((line) => (line.startsWith("data:") ? [line.slice(5).trimStart()] : []))
    .join("\n")
    .trim();
}

function objectIn(data: string): JsonObject | undefined {
  if (!data.startsWith("{")) return undefined;
  try {
    const said: unknown = JSON.parse(data);
    return isObject(said) ? said : undefined;
  } catch {
    return undefined;
  }
}
