import { globSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { eslint, Oxlint } from "./support/engines.ts";

const root = new URL("../../../", import.meta.url).pathname;
const own = globSync(["examples/*/src/**/*.ts", "packages/cli/src/demo/**/*.ts"], { cwd: root });
const files = Object.fromEntries(own.map((file) => [file, readFileSync(root + file, "utf8")]));

/** What people copy must not be what the rules object to. */
describe("our own agents", () => {
  test("give ESLint nothing to report", () => {
    expect(own.length).toBeGreaterThan(10);
    for (const [file, source] of Object.entries(files)) expect(eslint(file, source)).toEqual([]);
  });

  test("give oxlint nothing to report", () => {
    using engine = new Oxlint(files);
    for (const file of own) expect(engine.reports(file)).toEqual([]);
  });
});

describe("code as compilers and people leave it", () => {
  const odd = {
    "circle.js": "const a = b; const b = a; a.chat.completions.create();",
    "deep.js": `let x = ${"(".repeat(300)}y${")".repeat(300)}; x${".then()".repeat(300)};`,
    "empty.js": "",
    "commonjs.cjs":
      "var o = require('openai'); var c = new o(); module.exports = function () { c.chat.completions.create(); };",
    "jsx.tsx": "export const Page = () => <div onClick={() => tracer.startSpan('x')} />;",
    "holes.js":
      "import { resourceFromAttributes } from '@opentelemetry/resources'; resourceFromAttributes(); resourceFromAttributes(...a); new Map([, 1]); class A { static { this.x; } #p = this.#p; }",
    "typescript.ts": `
      abstract class Agent {
        declare readonly model: string;
        abstract client: unknown;
        constructor(text: string);
        constructor(text: number);
        constructor(readonly text: unknown) { this.stop(); }
        abstract run(): void;
        stop(): void;
        stop(reason?: string) { this.text; this.client; this.model.on("x", () => this.stop()); }
      }
      declare function ask(text: string): void;
      declare module "x" { export function f(): void; }
      namespace Tools { export const ask = () => tracer.startSpan("x"); ask(); }
      enum Kind { A = ask("x") as never }
      ask<string>("x"); (<any>ask)("y"); ask!("z");
      export = Agent;`,
    "spread.js":
      "import { session, turn } from '@throughline/sdk'; session(...args); turn(); turn(...[() => {}]); session?.({}, async () => {});",
  };

  test("breaks neither engine", () => {
    using engine = new Oxlint(odd);
    for (const [file, source] of Object.entries(odd)) {
      const said = eslint(file, source);
      expect(said.every(({ rule }) => rule !== "none")).toBe(true);
      expect(engine.reports(file)).toEqual(said);
    }
  });

  test.each([
    [100, [102]],
    [5_000, []],
  ])("%i variables in a row, each twice the one before", (length, lines) => {
    const chain = Array.from({ length }, (_, i) => `const v${i + 1} = v${i} || v${i};`);
    const first = `import OpenAI from "openai"; const v0 = new OpenAI();`;
    const source = [first, ...chain, `v${length}.responses.create();`].join("\n");
    expect(eslint("chain.js", source).map(({ line }) => line)).toEqual(lines);
  });

  test("functions that call each other in a million ways are not followed for ever", () => {
    const body = Array.from(
      { length: 40 },
      (_, i) => `function f${i}() { f${i + 1}(); f${i + 1}(); }`,
    );
    const first = `import OpenAI from "openai"; f0();`;
    const last = "function f40() { new OpenAI().responses.create(); }";
    expect(eslint("ways.js", [first, ...body, last].join("\n"))).toEqual([]);
  });
});
