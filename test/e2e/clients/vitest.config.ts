/** `npm run test:clients`: exporters of other languages as clients. They need the network once, to be fetched. */
import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

const conditions = ["@throughline/source", ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    root: import.meta.dirname,
    include: ["*.clients.ts"],
    execArgv: ["--conditions=@throughline/source"],
    testTimeout: 60_000,
    // The first run builds a virtual environment, two Go programs and their modules.
    hookTimeout: 900_000,
    fileParallelism: false,
  },
});
