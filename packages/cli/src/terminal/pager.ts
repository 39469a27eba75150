import { spawn } from "node:child_process";

/** Resolves when whoever reads has closed it. A pager that can't be started leaves the text to the caller. */
export function page(text: string, pager: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(pager, {
      shell: true,
      stdio: ["pipe", "inherit", "inherit"],
      // As git does: stay out of the way of what fits, keep colours, leave the text on the screen.
      env: { LESS: "FRX", LV: "-c", ...env },
    });
    // Ctrl-C belongs to the pager while it is open.
    const ignore = (): void => {};
    process.on("SIGINT", ignore);
    const done = (shown: boolean): void => {
      process.off("SIGINT", ignore);
      resolve(shown);
    };
    child.once("error", () => done(false));
    // 127: the shell knows no such command, and has shown nothing.
    child.once("close", (code) => done(code !== 127));
    child.stdin.on("error", () => {});
    child.stdin.end(text);
  });
}
