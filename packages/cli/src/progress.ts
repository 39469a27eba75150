import { neutralise } from "./terminal/foreign.ts";
import type { World } from "./world.ts";

export interface Progress {
  /** Says how far it is; only now and then, and only to a person who has waited for a while. */
  say(text: string): void;
  /** Takes the line away, so that something else can be said. */
  clear(): void;
}

const patienceMs = 500;
const paceMs = 100;

/** One line on stderr that is written over and over; nothing at all where stderr is no terminal. */
export function startProgress(world: World): Progress {
  if (world.talksToTerminal !== true) return { say: () => {}, clear: () => {} };
  let dueAt = Date.now() + patienceMs;
  let shown = false;
  return {
    say(text) {
      if (Date.now() < dueAt) return;
      dueAt = Date.now() + paceMs;
      shown = true;
      world.err(`\r\u001b[2K${neutralise(text).slice(0, 100)}`);
    },
    clear() {
      if (shown) world.err("\r\u001b[2K");
      shown = false;
    },
  };
}
