import { run } from "../../src/run.ts";
import type { Screen, StopSignal, World } from "../../src/world.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Around {
  readonly env?: Readonly<Record<string, string>>;
  readonly screen?: Screen;
  readonly out?: (text: string) => void;
  readonly stopAsked?: () => Promise<StopSignal>;
}

/** A whole command line in this process: what it prints, and its exit code. */
export async function command(argv: readonly string[], around: Around = {}): Promise<Ran> {
  let out = "";
  let err = "";
  const world: World = {
    // Nothing of the machine the tests run on.
    env: { XDG_DATA_HOME: "/nonexistent", ...around.env },
    out: (text) => {
      out += text;
      around.out?.(text);
    },
    err: (text) => void (err += text),
    stopAsked: around.stopAsked ?? (() => new Promise(() => {})),
    ...(around.screen !== undefined && { screen: around.screen }),
  };
  const code = await run(argv, world);
  return { code, out, err };
}
