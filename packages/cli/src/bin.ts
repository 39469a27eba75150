#!/usr/bin/env node
/** Imports nothing by itself: an older Node must get as far as the sentence that says it is too old. */
const needed = 24;
const major = Number(process.versions.node.split(".", 1)[0]);

if (major < needed) {
  console.error(
    `throughline: this is Node ${process.versions.node}; Node ${needed} or newer is needed (its built-in SQLite keeps the sessions).`,
  );
  process.exitCode = 1;
} else {
  const [{ run }, { processWorld }] = await Promise.all([import("./run.ts"), import("./world.ts")]);
  process.exitCode = await run(process.argv.slice(2), processWorld());
}
