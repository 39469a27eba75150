import { run } from "../../src/run.ts";
import type { World } from "../../src/world.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command line, run in this process with nobody at a terminal. */
export async function ran(argv: readonly string[], env: World["env"] = {}): Promise<Ran> {
  let out = "";
  let err = "";
  const code = await run(argv, {
    env,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    stopAsked: () => new Promise(() => {}),
  });
  return { code, out, err };
}
