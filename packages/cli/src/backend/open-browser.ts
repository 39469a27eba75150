import { spawn } from "node:child_process";

/** Tries; a machine without a browser is no failure. */
export function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler", url]
        : ["xdg-open", url];
  const child = spawn(command ?? "", args, { detached: true, stdio: "ignore" });
  child.on("error", () => {});
  child.unref();
}
