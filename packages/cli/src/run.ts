import { commands } from "./command.ts";
import { CommandError, exit, UsageError } from "./exit-codes.ts";
import { help } from "./help.ts";
import { nearest } from "./nearest.ts";
import { neutralise, neutraliseLines } from "./terminal/foreign.ts";
import type { World } from "./world.ts";

/** The whole command line: what `bin.ts` and the tests call. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    world.out(help);
    return exit.ok;
  }
  const wanted = name === "--version" || name === "-V" ? "version" : name;
  const load = Object.hasOwn(commands, wanted) ? commands[wanted] : undefined;
  if (load === undefined) {
    const close = nearest(name, Object.keys(commands));
    const meant = close === undefined ? "" : ` Did you mean "${close}"?`;
    world.err(`throughline: there is no command "${neutralise(name)}".${meant}\n`);
    world.err("throughline --help lists the commands.\n");
    return exit.usage;
  }
  const { command } = await load();
  // What stands behind -- is another program's.
  const own = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  if (own.includes("--help") || own.includes("-h")) {
    world.out(command.help);
    return exit.ok;
  }
  try {
    return await command.run(rest, world);
  } catch (error) {
    return explain(error, wanted, world);
  }
}

function explain(error: unknown, command: string, world: World): number {
  if (error instanceof UsageError) {
    world.err(neutraliseLines(`throughline ${command}: ${error.message}\n`));
    world.err(`throughline ${command} --help explains the options.\n`);
    return exit.usage;
  }
  if (error instanceof CommandError) {
    // A message may hold an id, a path or what a server said.
    world.err(neutraliseLines(`throughline ${command}: ${error.message}\n`));
    if (error.hint !== "") world.err(neutraliseLines(`${error.hint}\n`));
    return error.exitCode;
  }
  // What a home refuses to answer (busy, closing, an engine that is not there). By name: its class is the store's, and loading
  // the store is not for every command.
  if (error instanceof Error && error.name === "ReadRefusal") {
    world.err(neutraliseLines(`throughline ${command}: ${error.message}\n`));
    return exit.unreachable;
  }
  throw error;
}
