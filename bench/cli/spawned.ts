import { spawn } from "node:child_process";

/** Milliseconds from the start of a Node process to its end. */
export function ended(args: readonly string[]): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, [...args], { stdio: "ignore" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0
        ? resolve(performance.now() - begun)
        : reject(new Error(`${args.join(" ")} ended with ${code}`)),
    );
  });
}
