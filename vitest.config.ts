import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

// Node knows no condition "module": what stands behind it is for bundlers, and some packages' don't load in Node.
const conditions = [
  "@throughline/source",
  ...defaultServerConditions.filter((condition) => condition !== "module"),
];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    // Workers start further Node processes of ours from source; they inherit this and find the workspace packages.
    execArgv: ["--conditions=@throughline/source"],
    testTimeout: 60_000,
    // The lanes pack and install packages before their tests, which takes a loaded machine a while.
    hookTimeout: 120_000,
    reporters: ["default", "./scripts/closing-line.ts"],
  },
});
