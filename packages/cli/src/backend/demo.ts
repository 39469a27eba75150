import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface DemoOptions {
  readonly url: string;
  readonly token: string | undefined;
  /** Ends the agent with the backend. */
  readonly signal: AbortSignal;
}

/** Lets the example agent send its two sessions if nothing is kept yet. Resolves to whether it did. */
export async function demonstrate(options: DemoOptions): Promise<boolean> {
  const { url, token } = options;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/v1/sessions?limit=1`, { headers });
  const page: unknown = await response.json();
  const sessions = typeof page === "object" && page !== null && "sessions" in page && page.sessions;
  if (!Array.isArray(sessions) || sessions.length > 0) return false;
  return runAgent(options);
}

function runAgent({ url, token, signal }: DemoOptions): Promise<boolean> {
  // The same ending as this file: TypeScript in the source tree, JavaScript in a build.
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  const agent = fileURLToPath(new URL(`../demo/agent${ending}`, import.meta.url));
  // What the user's shell says of other telemetry is none of the example's business.
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith("OTEL_"));
  const child = spawn(process.execPath, [...process.execArgv, agent], {
    env: {
      ...Object.fromEntries(env),
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      ...(token !== undefined && {
        OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${encodeURIComponent(token)}`,
      }),
    },
    stdio: ["ignore", "ignore", "inherit"],
    signal,
  });
  return new Promise((resolve) => {
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}
