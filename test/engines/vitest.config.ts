/** `npm run test:engines`: against real Tempo and Loki, which the first run builds; that takes half an hour. */
import { spawnSync } from "node:child_process";
import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

const conditions = ["@throughline/source", ...defaultServerConditions];

const hasGo = spawnSync("go", ["version"]).status === 0;
if (!hasGo) process.stderr.write("test:engines is skipped: Tempo and Loki are built with Go.\n");

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    root: import.meta.dirname,
    include: hasGo ? ["**/*.engines.ts"] : [],
    passWithNoTests: !hasGo,
    execArgv: ["--conditions=@throughline/source"],
    testTimeout: 300_000,
    hookTimeout: 5_400_000,
    fileParallelism: false,
  },
});
