/** `npm run test:agents`: `throughline run` with real coding agents. They are fetched from the npm registry once. */
import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

const conditions = [
  "@throughline/source",
  ...defaultServerConditions.filter((condition) => condition !== "module"),
];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    root: import.meta.dirname,
    include: ["*.agents.ts"],
    execArgv: ["--conditions=@throughline/source"],
    testTimeout: 240_000,
    // The first run installs hundreds of megabytes.
    hookTimeout: 900_000,
    fileParallelism: false,
  },
});
