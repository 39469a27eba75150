import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

export interface Example {
  /** Where it listens. */
  readonly url: string;
  readonly said: () => string;
  type(line: string): void;
  /** Ends the way a service manager ends it; resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** One of the examples, as its README starts it. */
export async function startExample(
  name: string,
  env: { readonly [name: string]: string },
): Promise<Example> {
  const main = fileURLToPath(new URL(`../../examples/${name}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@throughline/source", main], {
    env: { ...process.env, PORT: "0", ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => {
      const found = /listening at (\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then((code) => reject(new Error(`ended (${code}): ${said}`)));
  });
  return {
    url,
    said: () => said,
    type: (line) => void child.stdin.write(`${line}\n`),
    stop() {
      child.stdin.end();
      child.kill("SIGTERM");
      return ended;
    },
  };
}

export interface SessionSummary {
  readonly id: string;
  readonly agent: string;
  readonly turns: number;
  readonly llm_calls: number;
  readonly tool_calls: number;
  readonly errors: number;
  readonly membership: object;
}

/** A session as the backend shows it, once it has everything. */
export async function sessionAt(backend: string, id: string): Promise<SessionSummary> {
  const answer = await fetch(`${backend}/api/v1/sessions/${encodeURIComponent(id)}`);
  return (await answer.json()) as SessionSummary;
}
