import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { encodeLogs, encodeTraces, logsFromJson, tracesFromJson } from "@throughline/core/otlp";
import type { Finding, VerifyReport } from "@throughline/core/verify";
import { describe, expect, test } from "vitest";

import { recordings } from "../../../../test/support/recorded-agents.ts";
import { openBackend, sharedBackend } from "../support/backend.ts";
import { ran } from "../support/ran.ts";

const agents = fileURLToPath(new URL("../../../../test/fixtures/agents/", import.meta.url));
const signals = ["traces", "logs"] as const;

function linesOf(name: string, signal: string): readonly string[] {
  try {
    const text = readFileSync(`${agents}${name}/${signal}.jsonl`, "utf8");
    return text.split("\n").filter((line) => line !== "");
  } catch {
    return [];
  }
}

async function told(argv: readonly string[], env = {}): Promise<readonly Finding[]> {
  const { code, err, out } = await ran(["verify", ...argv, "-o", "json"], env);
  expect([code, err]).toEqual([5, ""]);
  return (JSON.parse(out) as VerifyReport).findings;
}

/** What tells findings apart: examples of a home name its own records. */
function bare(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ rule }) => !untilOver.has(rule))
    .map((finding) => JSON.stringify({ ...finding, examples: [] }))
    .toSorted();
}

/** While a session may go on, nothing of it is missing yet; a file is complete as it is. */
const untilOver: ReadonlySet<string> = new Set(["C05", "C11", "C13"]);

test("the same telemetry gives the same findings in files and in a server", async () => {
  const backend = await openBackend();
  try {
    const files: string[] = [];
    for (const name of recordings())
      for (const signal of signals) {
        const lines = linesOf(name, signal);
        if (lines.length > 0) files.push("--file", `${agents}${name}/${signal}.jsonl`);
        for (const line of lines) {
          const body =
            signal === "traces"
              ? encodeTraces(tracesFromJson(line))
              : encodeLogs(logsFromJson(line));
          await backend.deliver({ signal, body: body.slice() });
        }
      }
    const kept = await told(["--since", "52w"], { THROUGHLINE_URL: backend.url });
    expect(kept.length).toBeGreaterThan(200);
    expect(bare(kept)).toEqual(bare(await told(files)));
  } finally {
    await backend.close();
  }
});

describe("verify of what a server keeps", () => {
  const backend = sharedBackend();
  const now = `${BigInt(Date.now()) * 1_000_000n}`;
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });

  /** A model call with or without its session. */
  async function deliver(letter: string, session?: string): Promise<void> {
    const span = {
      traceId: letter.repeat(32),
      spanId: letter.repeat(16),
      name: "chat gpt-5.4",
      startTimeUnixNano: now,
      endTimeUnixNano: now,
      attributes: [
        attribute("gen_ai.operation.name", "chat"),
        attribute("gen_ai.provider.name", "openai"),
        attribute("gen_ai.request.model", "gpt-5.4"),
        { key: "gen_ai.usage.input_tokens", value: { intValue: 1 } },
        ...(session === undefined ? [] : [attribute("session.id", session)]),
      ],
    };
    const resource = { attributes: [attribute("service.name", "shop")] };
    const request = { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] };
    const body = encodeTraces(tracesFromJson(request));
    await backend().deliver({ signal: "traces", body: body.slice() });
  }

  test("a session by its prefix, its address and latest; and none", async () => {
    await deliver("a", "thread-42");
    const env = { THROUGHLINE_URL: backend().url };
    for (const reference of ["thread-4", "latest"]) {
      const { code, out } = await ran(["verify", reference], env);
      expect(code).toBe(0);
      expect(out).toMatch(/The contract is kept {2}1 record of 1 session/);
    }
    const page = `${backend().url}/sessions/thread-42`;
    expect((await ran(["verify", page])).code).toBe(0);
    expect((await ran(["verify", "nobody"], env)).code).toBe(3);
    expect((await ran(["verify", "latest"], { THROUGHLINE_URL: "http://127.0.0.1:1" })).code).toBe(
      4,
    );
  });

  test("of a time also finds the model call of no session (C12)", async () => {
    await deliver("b");
    const env = { THROUGHLINE_URL: backend().url };
    const findings = await told(["--since", "1h"], env);
    expect(findings).toMatchObject([
      { rule: "C12", count: 1, service: "shop", name: "chat gpt-5.4" },
    ]);
    expect((await ran(["verify", "--since", "1h", "--service", "other"], env)).code).toBe(6);
  });
});
