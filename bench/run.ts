/**
 * `npm run bench -- NAME [arguments]`: runs bench/NAME.ts or bench/NAME/main.ts.
 * Benchmarks stand apart from the tests: machines are noisy, so they print ratios within one run and assert nothing.
 */
import { existsSync, readdirSync } from "node:fs";

const here = new URL("./", import.meta.url);
const [name, ...args] = process.argv.slice(2);
const names = readdirSync(here, { withFileTypes: true })
  .filter((entry) =>
    entry.isDirectory()
      ? existsSync(new URL(`${entry.name}/main.ts`, here))
      : entry.name.endsWith(".ts") && entry.name !== "run.ts",
  )
  .map((entry) => entry.name.replace(/\.ts$/, ""))
  .toSorted();

if (name === undefined || !names.includes(name)) {
  console.error(
    `${name === undefined ? "Which benchmark?" : `There is no benchmark "${name}".`} Choose one of: ${names.join(", ")}`,
  );
  process.exit(2);
}
const file = existsSync(new URL(`${name}/main.ts`, here)) ? `./${name}/main.ts` : `./${name}.ts`;
const bench = (await import(file)) as { run(args: string[]): Promise<void> };
await bench.run(args);
