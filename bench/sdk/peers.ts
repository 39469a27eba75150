import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import type { Contender } from "./steps.ts";

/**
 * Other SDKs, each in the release that was compared first, each in a folder of its own outside of the tree: they disagree
 * about the version of the OpenTelemetry API.
 */
const peers: {
  readonly [name: string]: {
    readonly packages: readonly string[];
    readonly spansPerStep: number | undefined;
  };
} = {
  langfuse: {
    packages: [
      "@langfuse/tracing@5.11.1",
      "@langfuse/otel@5.11.1",
      "@opentelemetry/api@1.9.1",
      "@opentelemetry/sdk-trace-node@2.12.0",
      "@opentelemetry/exporter-trace-otlp-http@0.223.1",
    ],
    spansPerStep: 5,
  },
  traceloop: {
    packages: ["@traceloop/node-server-sdk@0.27.0", "@opentelemetry/api@1.9.1"],
    spansPerStep: 5,
  },
  phoenix: { packages: ["@arizeai/phoenix-otel@2.1.0"], spansPerStep: 5 },
  laminar: { packages: ["@lmnr-ai/lmnr@0.8.46"], spansPerStep: 5 },
  logfire: {
    packages: [
      "@pydantic/logfire-node@0.18.25",
      "@opentelemetry/api@1.9.1",
      "@opentelemetry/auto-instrumentations-node@0.81.2",
    ],
    // Each span goes out twice: when it starts, under an id of its own, and when it ends.
    spansPerStep: 10,
  },
  braintrust: { packages: ["braintrust@3.35.0"], spansPerStep: 5 },
  langsmith: { packages: ["langsmith@0.10.5"], spansPerStep: 5 },
};

const cache = join(
  process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
  "throughline",
  "bench-sdk",
);
const here = fileURLToPath(new URL("peers/", import.meta.url));

/** Those that can be installed; the others are named and left out. */
export function installPeers(chosen: (name: string) => boolean): Contender[] {
  return Object.entries(peers).flatMap(([name, { packages, spansPerStep }]) => {
    if (!chosen(name)) return [];
    const folder = join(cache, name);
    try {
      install(folder, packages);
    } catch (error) {
      const { stderr = error } = error as { readonly stderr?: unknown };
      console.log(`${name} is left out, its packages can't be installed:\n${String(stderr)}`);
      return [];
    }
    copyFileSync(join(here, "step.mjs"), join(folder, "step.mjs"));
    copyFileSync(join(here, `${name}.mjs`), join(folder, "subject.mjs"));
    const file = pathToFileURL(join(folder, "subject.mjs")).href;
    return [{ name, file, spansPerStep }];
  });
}

function install(folder: string, packages: readonly string[]): void {
  const done = join(folder, "installed");
  const wanted = packages.join("\n");
  mkdirSync(folder, { recursive: true });
  if (read(done) === wanted) return;
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  execFileSync(
    "npm",
    ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", ...packages],
    {
      cwd: folder,
      stdio: "pipe",
    },
  );
  writeFileSync(done, wanted);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
