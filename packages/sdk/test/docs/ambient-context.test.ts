import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const page = readFileSync(new URL("../../../../docs/ambient-context.md", import.meta.url), "utf8");

interface Snippet {
  readonly section: string;
  readonly says: string;
  readonly code: string;
}

const snippets: Snippet[] = [];
let section = "";
for (const [, heading, says, code] of page.matchAll(/^### (.+)$|^```ts (\w+)\n([\s\S]*?)^```$/gm)) {
  if (heading !== undefined) section = heading;
  else snippets.push({ section, says: says ?? "", code: code ?? "" });
}

/** Runs all snippets of the page one after the other, each in a host of its own, and tells whose work went where. */
function run(): { [snippet: string]: { name: string; session?: string }[] } {
  const setup = snippets.find(({ says }) => says === "setup")?.code ?? "";
  const program = [
    `import { host } from "./test/support/host.ts";`,
    setup,
    `const seen: { [snippet: string]: object[] } = {};`,
    ...snippets.map(({ says, code }, i) =>
      says === "setup"
        ? ""
        : `{
            const app = host();
            await (async () => { ${code} })();
            seen[${i}] = app
              .spans()
              .filter((span) => span.attributes["throughline.step"] === "tool")
              .map(({ attributes }) => ({ name: attributes["gen_ai.tool.name"], session: attributes["session.id"] }));
            await app.stop();
          }`,
    ),
    `process.stdout.write(JSON.stringify(seen));`,
  ].join("\n");
  const output = execFileSync(
    process.execPath,
    ["--conditions=@throughline/source", "--input-type=module-typescript", "-"],
    { cwd: fileURLToPath(new URL("../..", import.meta.url)), input: program, encoding: "utf8" },
  );
  return JSON.parse(output) as ReturnType<typeof run>;
}

const seen = run();

test.each(snippets.map((snippet, i) => ({ ...snippet, i })).filter(({ says }) => says !== "setup"))(
  "$section: $says",
  ({ says, i }) => {
    const tools = seen[i] ?? [];
    expect(tools.length).toBeGreaterThan(0);
    const strays = tools.filter((tool) => tool.session !== tool.name);
    if (says === "lost") expect(strays.length).toBeGreaterThan(0);
    else expect(strays).toEqual([]);
  },
);

test("every row of the table has its section, and says what the snippets show", () => {
  const rows = [...page.matchAll(/^\| \[(.+?)\]\(#.+?\)\s+\| (carried|lost)/gm)];
  expect(rows.length).toBe(17);
  for (const [, title, ambient] of rows) {
    const shown = snippets.filter(
      ({ section: heading }) => heading.toLowerCase() === title?.toLowerCase(),
    );
    expect(
      shown.some(({ says }) => says === ambient),
      title,
    ).toBe(true);
  }
});
