import { createVerifier, everyDialect, type Finding } from "@throughline/core/verify";
import { describe, expect, test } from "vitest";

import { recorded } from "../../../../test/support/recorded-agents.ts";

/** Violations as one line a rule: how many records, and of how many places in the emitter. */
function violationsOf(name: string): Record<string, string> {
  const verifier = createVerifier(everyDialect());
  for (const record of recorded(name)) verifier.add(record);
  const byRule = Map.groupBy(
    verifier.finish().findings.filter(({ level }) => level === "violation"),
    ({ rule }) => rule,
  );
  return Object.fromEntries([...byRule].map(([rule, findings]) => [rule, say(findings)]));
}

function say(findings: readonly Finding[]): string {
  const records = findings.reduce((sum, { count }) => sum + count, 0);
  return findings.length > 3
    ? `${records} of ${findings.length} kinds`
    : findings.map(({ count, name }) => `${count} ${name}`).join(", ");
}

describe("what recorded agents break", () => {
  test("Claude Code 2.1: startup events outside any trace, two turns joined by nothing but an attribute", () => {
    expect(violationsOf("claude-code-two-turns")).toEqual({
      C03: "6 plugin_loaded, 2 managed_settings_resolved",
      C07: "2 claude_code.interaction",
      C08: "3 claude_code.llm_request",
    });
  });

  test("Codex 0.169: no record has session.id, most spans no key at all", () => {
    expect(violationsOf("codex")).toEqual({
      C01: "611 of 144 kinds",
      C03: "8 event otel/src/events/session_telemetry.rs:1089, 2 event otel/src/events/session_telemetry.rs:1153",
      C07: "4 of 4 kinds",
      C08: "2 handle_responses",
      C09: "1 exec_command",
    });
  });

  test("Gemini CLI 0.61: another key on spans than on log records, and the id on the resource", () => {
    expect(violationsOf("gemini-cli")).toEqual({
      C01: "2 llm_call, 1 tool_call, 1 schedule_tool_calls",
      C02: "19 resource attribute session.id",
      C03: "10 of 8 kinds",
      C07: "2 llm_call, 1 schedule_tool_calls",
      C08: "2 llm_call",
    });
  });

  test("Qwen Code 0.24: every record keyed, but half the log records join no span, and prompts are not linked", () => {
    expect(violationsOf("qwen-code-two-turns")).toEqual({
      C03: "20 of 10 kinds",
      C07: "2 qwen-code.interaction, 1 qwen-code.llm_request",
    });
  });

  test("Qwen Code 0.15: no trace id on any record", () => {
    expect(violationsOf("qwen-code-0.15")).toEqual({
      C02: "9 resource attribute session.id",
      C03: "9 of 7 kinds",
    });
  });
});
