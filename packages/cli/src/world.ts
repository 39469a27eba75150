/** What a command touches outside itself: so that tests run commands in-process, and commands never reach for globals. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Data: what another program would read. */
  out(text: string): void;
  /** Talk: everything meant for a person. */
  err(text: string): void;
  /** Resolves when somebody asks the process to stop. Asking a second time ends it at once. */
  stopAsked(): Promise<StopSignal>;
  /** The terminal that `out` goes to; absent when that is a file or another program. */
  readonly screen?: Screen;
  /** Whether a person sees `err` as it is written: progress is for them alone. */
  readonly talksToTerminal?: boolean;
}

export interface Screen {
  /** As it is now: windows change their size. */
  columns(): number;
  rows(): number;
  /** Shows a text through this command. Resolves to whether it was shown. */
  page(text: string, pager: string): Promise<boolean>;
}

export type StopSignal = "SIGINT" | "SIGTERM";

export function processWorld(): World {
  // A reader that has seen enough (`| head`) closes the pipe; that is no failure of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return {
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    ...(process.stdout.isTTY && { screen: terminalScreen() }),
    talksToTerminal: process.stderr.isTTY,
    stopAsked: () =>
      new Promise((resolve) => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) {
          process.once(signal, () => {
            process.once(signal, () => process.exit(signal === "SIGINT" ? 130 : 143));
            resolve(signal);
          });
        }
      }),
  };
}

function terminalScreen(): Screen {
  return {
    columns: () => process.stdout.columns || 80,
    rows: () => process.stdout.rows || 24,
    page: async (text, pager) => {
      const { page } = await import("./terminal/pager.ts");
      return page(text, pager, process.env);
    },
  };
}
