import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { pretendModel, type PretendModel } from "../../../../examples/pretend-model/src/model.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const home = fileURLToPath(new URL("../..", import.meta.url));

let model: PretendModel;
beforeAll(async () => {
  model = await pretendModel();
});
afterAll(() => model.stop());

interface Snippet {
  readonly place: string;
  readonly code: string;
}

function snippetsOf(page: string): readonly Snippet[] {
  const text = readFileSync(new URL(`../../../../docs/${page}`, import.meta.url), "utf8");
  return [...text.matchAll(/^```ts( turn)?\n([\s\S]*?)^```$/gm)].map(([, place, code]) => ({
    place: place?.trim() ?? "",
    code: code ?? "",
  }));
}

/** Imports can't stand in a function. */
function importing(code: string): string {
  return code
    .replaceAll(/^import ([\w$]+) from ("[^"]+");$/gm, "const { default: $1 } = await import($2);")
    .replaceAll(/^import (\{[\s\S]*?\}) from ("[^"]+");$/gm, "const $1 = await import($2);");
}

const preamble = `
  import { host } from "./test/support/host.ts";
  import { findings } from "./test/support/verdict.ts";
  import { session } from "@throughline/sdk";
  const seen = [];`;

/** In a turn of a session, in a host of its own with all our processors in it. */
function inTurn({ code }: Snippet): string {
  return `{
    const app = host();
    const id = crypto.randomUUID();
    await session({ id, agent: "docs" }, (s) => s.turn(async (turn) => { ${importing(code)} }));
    seen.push({
      id,
      findings: findings(app).filter((finding) => finding.includes("violation")),
      sessions: [...app.spans(), ...app.logs()].map(({ attributes }) => attributes["session.id"]),
    });
    await app.stop();
  }`;
}

async function run(program: string): Promise<string> {
  const child = promisify(execFile)(
    process.execPath,
    ["--conditions=@throughline/source", "--input-type=module-typescript", "-"],
    {
      cwd: home,
      env: {
        ...process.env,
        OPENAI_BASE_URL: model.url,
        OPENAI_API_KEY: "none",
        OTEL_TRACES_EXPORTER: "none",
        OTEL_LOGS_EXPORTER: "none",
      },
    },
  );
  child.child.stdin?.end(program);
  return (await child).stdout;
}

interface Seen {
  readonly id: string;
  readonly findings: readonly string[];
  readonly sessions: readonly unknown[];
}

describe.each(["carriers.md", "logs.md", "plugins.md", "providers.md"])("%s", (page) => {
  const snippets = snippetsOf(page);
  const turns = snippets.filter(({ place }) => place === "turn");
  const others = snippets.filter(({ place }) => place !== "turn");

  test("what is shown in a turn runs there, and all it makes is the session's", async () => {
    const end = `process.stdout.write("\\n" + JSON.stringify(seen));`;
    const output = await run([preamble, ...turns.map(inTurn), end].join("\n"));
    const seen = JSON.parse(output.slice(output.lastIndexOf("\n"))) as readonly Seen[];
    expect(seen).toHaveLength(turns.length);
    expect(turns.length).toBeGreaterThan(0);
    for (const { id, findings, sessions } of seen) {
      expect(findings).toEqual([]);
      expect(sessions.length).toBeGreaterThan(2);
      expect(new Set(sessions)).toEqual(new Set([id]));
    }
  });

  if (others.length === 0) return;
  test("what is shown by itself runs", async () => {
    const folder = mkdtempSync(join(tmpdir(), "throughline-docs-"));
    for (const { code } of others) {
      await run(`process.chdir(${JSON.stringify(folder)});\n${importing(code)}`);
    }
    rmSync(folder, { recursive: true });
  });
});
