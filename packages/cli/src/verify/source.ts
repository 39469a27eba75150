import { UsageError } from "../exit-codes.ts";
import { sessionFiltersOf } from "../filters.ts";
import type { CommandOptions } from "./sources/command.ts";
import type { Window } from "./sources/home.ts";

/** What there is to verify, in one of four places. */
export type Source =
  | { readonly kind: "files"; readonly files: readonly string[] }
  | {
      readonly kind: "command";
      readonly command: readonly string[];
      readonly options: CommandOptions;
    }
  | { readonly kind: "session"; readonly reference: string }
  | { readonly kind: "window"; readonly window: Window; readonly said: string };

/** How long nothing must come in after a command's end. */
export const usualQuietMs = 1_000;

interface Asked {
  readonly file?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly service?: string;
  readonly quiet?: string;
}

/** The one source that the command line names. */
export function sourceOf(
  positionals: readonly string[],
  command: readonly string[] | undefined,
  given: Asked,
  outputTo: 1 | 2,
): Source {
  const [reference, stray] = positionals;
  if (stray !== undefined)
    throw new UsageError(
      `one SESSION is enough; "${stray}" is too many. A command stands behind --.`,
    );
  const sources: Source[] = [
    ...(reference === undefined ? [] : [{ kind: "session" as const, reference }]),
    ...(given.file === undefined ? [] : [{ kind: "files" as const, files: given.file }]),
    ...(given.since === undefined ? [] : [windowOf(given)]),
    ...(command === undefined ? [] : [commandOf(command, given.quiet, outputTo)]),
  ];
  const [source, second] = sources;
  if (source === undefined)
    throw new UsageError("what is to be verified? A SESSION, --since, --file or -- COMMAND.");
  if (second !== undefined)
    throw new UsageError("one of SESSION, --since, --file and -- COMMAND at a time.");
  return source;
}

function windowOf(given: Asked): Source {
  const {
    service,
    since = 0,
    until,
  } = sessionFiltersOf({
    since: given.since,
    until: given.until,
    service: given.service,
  });
  const window = {
    since,
    ...(until === undefined ? {} : { until }),
    ...(service === undefined ? {} : { service }),
  };
  return { kind: "window", window, said: `sessions since ${new Date(since).toISOString()}` };
}

function commandOf(command: readonly string[], quiet: string | undefined, outputTo: 1 | 2): Source {
  if (command.length === 0) throw new UsageError("behind -- stands the command to run.");
  const quietMs = quiet === undefined ? usualQuietMs : Number(quiet);
  if (!/^\d{1,6}$/.test(quiet ?? "0"))
    throw new UsageError(`--quiet takes milliseconds, not "${quiet}".`);
  return { kind: "command", command, options: { quietMs, outputTo } };
}
