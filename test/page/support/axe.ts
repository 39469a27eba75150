import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const require = createRequire(import.meta.url);

interface Result {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** What axe finds wrong, in lines that say where. */
export async function violations(page: Page): Promise<string[]> {
  // Put into the page from outside: its own policy lets nobody inside do that.
  await page.evaluate(await readFile(require.resolve("axe-core/axe.min.js"), "utf8"));
  const { violations } = (await page.evaluate(
    "axe.run({ resultTypes: ['violations'] })",
  )) as Result;
  return violations.flatMap(({ help, id, nodes }) =>
    nodes.map(
      ({ failureSummary = "", html }) => `${id}: ${html.slice(0, 160)} (${help}) ${failureSummary}`,
    ),
  );
}
