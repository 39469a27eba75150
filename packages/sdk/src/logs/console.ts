import { format } from "node:util";

import { log } from "../ambient.ts";
import { isQuiet } from "../export/quiet.ts";
import type { Severity } from "../log/log.ts";

/** Which method says what; `dir`, `table` and their like write for people and stay as they are. */
const severities = {
  trace: "trace",
  debug: "debug",
  log: "info",
  info: "info",
  warn: "warn",
  error: "error",
} as const satisfies { readonly [method: string]: Severity };

type Method = keyof typeof severities;

/** Console calls while one is being recorded come from processors and exporters: they are output and nothing more. */
let recording = false;

/**
 * From now on what the program writes to the console is a log record too, of the session it is written in. The output stays
 * as it was. What comes back puts the console's own methods back.
 */
export function captureConsole(
  methods: readonly Method[] = ["debug", "log", "info", "warn", "error"],
): Disposable & (() => void) {
  let capturing = true;
  const restore = methods.map((method) => replace(method, () => capturing));
  const out = (): void => {
    capturing = false;
    for (const back of restore) back();
  };
  return Object.assign(out, { [Symbol.dispose]: out });
}

function replace(method: Method, capturing: () => boolean): () => void {
  const target = globalThis.console;
  const original = target[method];
  const captured = function (this: unknown, ...args: unknown[]): void {
    Reflect.apply(original, this, args);
    if (capturing()) record(severities[method], args);
  };
  target[method] = captured;
  return () => {
    // Whoever wrapped it after us still calls ours, which by now only passes on.
    if (target[method] === captured) target[method] = original;
  };
}

function record(severity: Severity, args: readonly unknown[]): void {
  if (recording || isQuiet()) return;
  recording = true;
  try {
    const error = args.find((value) => value instanceof Error);
    log[severity](format(...args), error === undefined ? {} : { error });
  } catch {
    // An argument that can't be formatted was the console's problem too.
  } finally {
    recording = false;
  }
}
