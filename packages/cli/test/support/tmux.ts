import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export const hasTmux: boolean = spawnSync("tmux", ["-V"]).status === 0;

export interface Terminal extends Disposable {
  readonly folder: string;
  /** Types a line and presses Enter. */
  type(line: string): void;
  press(key: string): void;
  resize(columns: number, rows: number): void;
  /** What is on the screen and above it; with escape codes where asked. */
  screen(withCodes?: boolean): string;
  clear(): void;
  /** Resolves to the screen once it shows this. */
  shows(wanted: string | RegExp): Promise<string>;
}

const patienceMs = 30_000;

/** A real terminal with a shell in it, in a tmux of its own. */
export function openTerminal(
  env: Readonly<Record<string, string>>,
  columns: number,
  rows: number,
): Terminal {
  const folder = mkdtempSync(join(tmpdir(), "throughline-tmux-"));
  const socket = join(folder, "socket");
  const tmux = (...args: readonly string[]): string =>
    execFileSync("tmux", ["-S", socket, "-f", "/dev/null", ...args], {
      encoding: "utf8",
      env: { ...env, TERM: "xterm-256color", LC_ALL: "C.UTF-8" },
    });
  const size = ["-x", String(columns), "-y", String(rows)];
  tmux("new-session", "-d", ...size, "bash --norc --noprofile");
  tmux("set-option", "-g", "history-limit", "5000");
  const screen = (withCodes = false): string =>
    tmux("capture-pane", "-p", "-S", "-", ...(withCodes ? ["-e"] : []));
  return {
    folder,
    type: (line) => {
      tmux("send-keys", "-l", line);
      tmux("send-keys", "Enter");
    },
    press: (key) => void tmux("send-keys", key),
    resize: (columns, rows) =>
      void tmux("resize-window", "-x", String(columns), "-y", String(rows)),
    screen,
    clear: () => {
      tmux("send-keys", "-R", "C-l");
      tmux("clear-history");
    },
    async shows(wanted) {
      const deadline = Date.now() + patienceMs;
      for (;;) {
        const shown = screen();
        if (typeof wanted === "string" ? shown.includes(wanted) : wanted.test(shown)) return shown;
        if (Date.now() > deadline) throw new Error(`waited for ${String(wanted)} in:\n${shown}`);
        await pause(50);
      }
    },
    [Symbol.dispose]: () => {
      tmux("kill-server");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
