import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openBackend, type TestBackend } from "../support/backend.ts";
import { command } from "../support/command.ts";

const fixtures = fileURLToPath(new URL("../../../../test/fixtures/agents/", import.meta.url));

interface Shown {
  readonly session: {
    readonly id: string;
    readonly turns: number;
    readonly spans: number;
    readonly logs: number;
    readonly llm_calls: number;
    readonly tool_calls: number;
    readonly tokens: object;
  };
  readonly records: readonly { readonly kind: string; readonly step: string | null }[];
}

/** What the model server was asked for; counting tokens and sending statistics are no model calls. */
function callsOf(agent: string): number {
  const about: unknown = JSON.parse(readFileSync(`${fixtures}${agent}/about.json`, "utf8"));
  const { model_requests: requests } = about as { model_requests: string[] };
  return requests.filter((each) =>
    /messages$|responses$|completions$|[gG]enerateContent$/.test(each),
  ).length;
}

/** What real coding agents sent (scripts/record-agents), through `import` and `show` instead of `run`. */
describe.each(readdirSync(fixtures))("%s", (agent) => {
  let backend: TestBackend;
  beforeAll(async () => {
    backend = await openBackend();
  });
  afterAll(() => backend.close());
  const cli = (...argv: readonly string[]) =>
    command(argv, { env: { THROUGHLINE_URL: backend.url } });

  test("is imported, and shown with its sums and every record", async () => {
    const files = ["traces", "logs", "metrics"].map((name) => `${fixtures}${agent}/${name}.jsonl`);
    const imported = await cli("import", ...files);
    expect(imported).toMatchObject({ code: 0, out: "" });
    expect(imported.err).toMatch(/^Imported .*log records/);

    const { records, session } = JSON.parse((await cli("show", "latest")).out) as Shown;
    const turns = agent.endsWith("-two-turns") ? 2 : 1;
    // The second prompt's answer comes without a tool call.
    expect(session).toMatchObject({ turns, tool_calls: 1 });
    expect(session.llm_calls).toBe(callsOf(agent));
    expect(session.tokens).toMatchObject({
      input: 120 * session.llm_calls,
      output: 30 * session.llm_calls,
    });
    expect(records).toHaveLength(session.spans + session.logs);

    const wide = await cli("show", "latest", "-o", "wide");
    const lines = wide.out.split("\n").filter((line) => /^\d\d:\d\d:\d\d\.\d{3} /.test(line));
    // A turn that prompts alone tell of is a line of its own.
    const isTold = records.some(({ kind, step }) => kind === "span" && step === "turn");
    expect(lines).toHaveLength(records.length + (isTold ? 0 : turns));
    const pretty = await cli("show", "latest", "-o", "pretty");
    const folded = [...pretty.out.matchAll(/ ×(\d+) /g)].map(([, count]) => Number(count) - 1);
    const shown = pretty.out.split("\n").filter((line) => /^\d\d:\d\d:\d\d\.\d{3} /.test(line));
    expect(shown.length + folded.reduce((sum, count) => sum + count, 0)).toBe(lines.length);
  });
});
