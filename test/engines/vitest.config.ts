/** `npm run test:engines`: against real Tempo and Loki, which the first run builds; that takes half an hour. */
import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

const conditions = ["@throughline/source", ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    root: import.meta.dirname,
    include: ["**/*.engines.ts"],
    execArgv: ["--conditions=@throughline/source"],
    testTimeout: 300_000,
    hookTimeout: 5_400_000,
    fileParallelism: false,
  },
});
