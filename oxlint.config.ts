import { defineConfig } from "oxlint";

/**
 * Who may import whom, as lint errors that say where the code belongs (the picture is in ARCHITECTURE.md).
 * A room that is not listed for a folder can't be imported there.
 */
const rooms = {
  core: "core imports nothing of ours: it is the contract in code and everyone else stands on it",
  sdk: "the SDK lives inside a host application and carries core alone; what reads or serves telemetry belongs in store or server",
  lint: "lint rules see source code only; what they need of the contract is in core",
  query: "query turns text into checked plans and does no I/O; running a plan belongs in store",
  store: "store sits below the server: it knows core and query; HTTP belongs in server",
  server: "server may use core, query and store; what the command line needs belongs in cli",
  cli: "cli reads through store; only src/backend loads the server (and is itself loaded with import(), so that `version` stays quick), only src/demo is an agent",
  web: "the page uses core and query, and the server over HTTP",
} as const;

type Room = keyof typeof rooms;
const packageOf = (room: Room) => (room === "cli" ? "throughline" : `@throughline/${room}`);

const anyNode = {
  group: ["node:*"],
  message: "this room also runs in a browser: no node:* here; pass what is needed in from outside",
};
const sqlite = {
  group: ["node:sqlite"],
  message: "only packages/store touches a database: ask SessionReader or SessionWriter instead",
};
const otelBeyondApi = {
  group: ["@opentelemetry/*", "!@opentelemetry/api"],
  message:
    "the SDK's heart knows the OpenTelemetry API alone, so that it fits hosts of the 2.x and the 3.x line; what sets up an SDK belongs in src/start",
};

type Pattern = { group: string[]; message: string };

function room(name: Room, allowed: readonly Room[], extra: readonly Pattern[], files?: string[]) {
  const foreign = (Object.keys(rooms) as Room[]).filter((r) => r !== name && !allowed.includes(r));
  const patterns: Pattern[] = [
    {
      group: foreign.flatMap((r) => [packageOf(r), `${packageOf(r)}/*`]),
      message: rooms[name],
    },
    {
      group: ["**/src/**"],
      message: "import another room through its package name, never through its files",
    },
    ...extra,
  ];
  return {
    files: files ?? [`packages/${name}/src/**`],
    rules: { "no-restricted-imports": ["error", { patterns }] as ["error", object] },
  };
}

export default defineConfig({
  plugins: ["typescript", "unicorn", "oxc", "import", "promise", "node"],
  categories: { correctness: "error", suspicious: "error", perf: "error" },
  options: { typeAware: true },
  ignorePatterns: ["**/dist/**", "test/fixtures/**", "**/node_modules/**"],
  rules: {
    "no-console": "error",
    "import/no-cycle": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-explicit-any": "error",
    "typescript/consistent-type-imports": "error",
    "no-var": "error",
    eqeqeq: "error",
    "prefer-const": "error",
    // Awaiting one after the other is usually meant here (pages, retries, ordered writes).
    "no-await-in-loop": "off",
    // Names that shadow an import of the same thing read well in small functions.
    "no-shadow": "off",
    // Merging parsed bags of attributes is done on null-prototype objects on purpose.
    "unicorn/no-null": "off",
    "unicorn/consistent-function-scoping": "off",
    // Building a new value from an old one is the point of most maps here.
    "oxc/no-map-spread": "off",
    "import/no-unassigned-import": "off",
    "typescript/no-unsafe-type-assertion": "off",
    "typescript/no-unnecessary-type-arguments": "off",
  },
  overrides: [
    room("core", [], [anyNode]),
    room("query", ["core"], [anyNode]),
    room("lint", ["core"], [sqlite]),
    room("sdk", ["core"], [sqlite, otelBeyondApi]),
    room(
      "sdk",
      ["core"],
      [sqlite],
      [
        "packages/sdk/src/start/**",
        "packages/sdk/src/testing/set-up.ts",
        "packages/sdk/src/providers/instrument.ts",
      ],
    ),
    room("store", ["core", "query"], []),
    room("server", ["core", "query", "store"], [sqlite]),
    room("cli", ["core", "query", "store"], [sqlite]),
    room("cli", ["core", "query", "store", "server"], [sqlite], ["packages/cli/src/backend/**"]),
    // The demo agent behind `up --demo` is the one place in the CLI that is itself an agent.
    room("cli", ["core", "query", "store", "sdk"], [sqlite], ["packages/cli/src/demo/**"]),
    room("web", ["core", "query"], [anyNode]),
    {
      // Its switches over kinds of nodes are exhaustive, and the compiler, which sees that, wants no return behind them.
      files: ["packages/query/src/**"],
      rules: { "typescript/consistent-return": "off" },
    },
    {
      files: ["packages/web/src/**"],
      rules: {
        // What an answer is used for is to be shown; nobody waits for that.
        "promise/always-return": "off",
        // A worker is not a window.
        "unicorn/require-post-message-target-origin": "off",
        // `?worker&url` is Vite's.
        "import/default": "off",
      },
    },
    {
      files: ["packages/cli/src/**", "bench/**", "scripts/**", "examples/**"],
      rules: { "no-console": "off" },
    },
  ],
});
