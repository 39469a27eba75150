import type { Command } from "../command.ts";
import { exit } from "../exit-codes.ts";
import { readOptions } from "../options.ts";
import { version } from "../version.ts";

export const command: Command = {
  help: `Print the version.

Usage: throughline version
`,
  async run(argv, world) {
    readOptions(argv, {});
    world.out(`${version()}\n`);
    return exit.ok;
  },
};
