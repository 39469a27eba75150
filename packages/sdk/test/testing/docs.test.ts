import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect, test } from "vitest";

const page = readFileSync(new URL("../../../../docs/testing.md", import.meta.url), "utf8");
const home = fileURLToPath(new URL("../..", import.meta.url));

async function run(program: string): Promise<string> {
  const child = promisify(execFile)(
    process.execPath,
    ["--conditions=@throughline/source", "--input-type=module-typescript", "-"],
    { cwd: home, env: { ...process.env, OTEL_SERVICE_NAME: "support" } },
  );
  child.child.stdin?.end(program);
  return (await child).stdout;
}

const snippets = [
  ...page.matchAll(/^```ts run\n([\s\S]*?)^```(?:\n[^`]*?^```text\n([\s\S]*?)^```)?/gm),
];

test.concurrent.each(snippets.map(([, code = "", says = ""], i) => ({ i, code, says })))(
  "snippet $i runs, and says what the page says",
  async ({ code, says }) => {
    const output = await run(code);
    if (says !== "") expect(withoutIds(output)).toBe(withoutIds(says));
  },
);

test("the page has its snippets", () => {
  expect(snippets.length).toBe(5);
  expect(snippets.filter(([, , says]) => says !== undefined)).toHaveLength(1);
});

function withoutIds(text: string): string {
  return text.replaceAll(/\b[0-9a-f]{16,32}\b/g, "id");
}
