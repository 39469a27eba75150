import { describe, expect, it } from "vitest";
import { readContent, readLog, readStep, sessionKeyOf } from "@throughline/core/dialects";
import { portrait, recorded } from "../../../../test/support/recorded-agents.ts";

const usage = { input: 120, output: 30, cacheRead: 20 };

/** What one prompt ("say hi with the shell") becomes: two model calls and one shell call, by each agent in its own way. */
describe("one prompt, as recorded", () => {
  it("Claude Code: one trace, every record keyed, cost on events only", () => {
    const { calls, links, tools, turns, ...counts } = portrait("claude-code");
    expect(links).toBe(0);
    expect(counts).toEqual({
      sessions: 1,
      traces: 1,
      // Startup events stand outside the trace.
      untraced: 4,
      spans: { carried: 6 },
      logs: { carried: 10 },
      keys: { "session.id": 16 },
      steps: { turn: 1, llm: 2, tool: 1, "tool.approval": 1, "tool.execution": 1 },
      events: { prompt: 1, llm: 2, tool: 1, approval: 1, answer: 1 },
    });
    expect({ calls, tools, turns }).toMatchObject({
      calls: {
        // Its own count leaves cached tokens out: 100 and 20 are 120.
        spans: twice({ model: "claude-opus-5-5", usage }),
        logs: twice({
          model: "claude-opus-5-5",
          usage,
          cost: { amount: expect.closeTo(0.001004, 9), currency: "USD", source: "reported" },
        }),
      },
      tools: {
        spans: [{ tool: "Bash", callId: "toolu_fake_1" }],
        logs: [{ tool: "Bash", callId: "toolu_fake_1" }],
      },
      turns: [expect.any(String)],
    });
  });

  it("Codex: 21 traces of 610 spans, of which 12 say whose they are", () => {
    const { calls, links, tools, turns, ...counts } = portrait("codex");
    expect(links).toBe(0);
    expect(counts).toEqual({
      sessions: 1,
      traces: 21,
      untraced: 11,
      // What it does before the conversation exists stands alone.
      spans: { carried: 12, inherited: 410, joined: 170, none: 18 },
      logs: { carried: 19, none: 1 },
      keys: { "conversation.id": 26, "thread.id": 2, thread_id: 3, none: 599 },
      steps: { turn: 1, llm: 2, tool: 1, "tool.execution": 1 },
      events: { "session.start": 1, prompt: 1, llm: 2, tool: 1, approval: 1 },
    });
    expect({ calls, tools, turns }).toMatchObject({
      calls: {
        // The spans with the tokens do not name the model, the events do.
        spans: twice({ usage }),
        logs: twice({ model: "gpt-5.4", usage }),
      },
      tools: {
        spans: [{ tool: "exec_command", callId: "call_fake_2" }],
        logs: [{ tool: "exec_command", callId: "call_fake_2" }],
      },
      turns: [expect.any(String)],
    });
  });

  it("Qwen Code: one trace, every record keyed, session start and end told", () => {
    const { calls, links, tools, turns, ...counts } = portrait("qwen-code");
    expect(links).toBe(0);
    expect(counts).toEqual({
      sessions: 1,
      traces: 1,
      untraced: 8,
      spans: { carried: 9 },
      logs: { carried: 13 },
      keys: { "session.id": 22 },
      steps: { turn: 1, llm: 2, tool: 1, "tool.execution": 1, hook: 2 },
      events: { "session.start": 1, prompt: 1, llm: 2, tool: 1, "session.end": 1 },
    });
    expect({ calls, tools, turns }).toMatchObject({
      calls: {
        spans: twice({ model: "qwen3-coder-plus", usage }),
        logs: twice({ model: "qwen3-coder-plus", usage }),
      },
      tools: {
        spans: [{ tool: "run_shell_command", callId: "call_fake_1" }],
        logs: [{ tool: "run_shell_command", callId: "call_fake_1" }],
      },
      turns: [expect.stringMatching(/########0$/)],
    });
  });

  it("Qwen Code 0.15: log events alone, no trace at all", () => {
    const { calls, links, tools, turns, ...counts } = portrait("qwen-code-0.15");
    expect(links).toBe(0);
    expect(counts).toEqual({
      sessions: 1,
      traces: 0,
      untraced: 9,
      spans: {},
      logs: { carried: 9 },
      keys: { "session.id": 9 },
      steps: {},
      events: { prompt: 1, llm: 2, tool: 1 },
    });
    expect({ calls, tools, turns }).toMatchObject({
      calls: { spans: [], logs: twice({ model: "qwen3-coder-plus", usage }) },
      tools: { spans: [], logs: [{ tool: "run_shell_command" }] },
      turns: [expect.any(String)],
    });
  });

  it("Gemini CLI: a trace a call, no turn span, cached tokens on events only", () => {
    const { calls, links, tools, turns, ...counts } = portrait("gemini-cli");
    expect(links).toBe(0);
    expect(counts).toEqual({
      sessions: 1,
      traces: 3,
      untraced: 10,
      spans: { carried: 4 },
      logs: { carried: 15 },
      keys: { "gen_ai.conversation.id": 4, "session.id": 15 },
      steps: { llm: 2, tool: 1, action: 1 },
      events: { prompt: 1, llm: 2, tool: 1 },
    });
    expect({ calls, tools, turns }).toMatchObject({
      calls: {
        spans: twice({ model: "gemini-2.5-flash", usage: { input: 120, output: 30 } }),
        logs: twice({ model: "gemini-2.5-flash", usage }),
      },
      tools: {
        spans: [{ tool: "run_shell_command", callId: "run_shell_command__call_fake_1" }],
        logs: [{ tool: "run_shell_command" }],
      },
      turns: [],
    });
  });
});

describe("two prompts in one session, as recorded", () => {
  it("Claude Code: the second start has a session id of its own until it knows which one it continues", () => {
    const { logs, sessions, spans, steps, traces, turns } = portrait("claude-code-two-turns");
    expect({ sessions, traces, spans, logs, turns: turns.length, llm: steps["llm"] }).toEqual({
      sessions: 2,
      traces: 2,
      spans: { carried: 8 },
      logs: { carried: 17 },
      turns: 2,
      llm: 3,
    });
    const ids = recorded("claude-code-two-turns").map((record) => sessionKeyOf(record)?.id);
    const fewest = Math.min(...[...new Set(ids)].map((id) => ids.filter((i) => i === id).length));
    expect(fewest).toBe(4);
  });

  it.each([
    ["codex-two-turns", { traces: 42, turns: 2, llm: 3, starts: 2 }],
    ["qwen-code-two-turns", { traces: 3, turns: 2, llm: 4, starts: 2 }],
    ["gemini-cli-two-turns", { traces: 4, turns: 0, llm: 3, starts: 0 }],
  ])("%s: one session", (agent, expected) => {
    const { events, sessions, steps, traces } = portrait(agent);
    expect(sessions).toBe(1);
    expect({
      traces,
      turns: steps["turn"] ?? 0,
      llm: steps["llm"],
      starts: events["session.start"] ?? 0,
    }).toEqual(expected);
    expect(events["prompt"]).toBe(2);
  });

  it("Qwen Code: the memory extractor's call is a trace of its own, in the session, by its own agent", () => {
    const aside = recorded("qwen-code-two-turns")
      .map((record) => readStep(record))
      .filter((step) => step?.agent === "managed-auto-memory-extractor");
    expect(aside).toMatchObject([{ step: "llm", usage: { input: 120, output: 30 } }]);
  });
});

describe("the span and the event of one call", () => {
  it.each([
    ["claude-code", "requestId"],
    ["qwen-code", "responseId"],
  ] as const)("%s: share the %s", (agent, key) => {
    const records = recorded(agent);
    const onSpans = records.flatMap((record) => {
      const step = readStep(record);
      return step?.step === "llm" ? [step[key]] : [];
    });
    const onEvents = records.flatMap((record) => {
      const event = readLog(record);
      return event?.stands === "llm" ? [event[key]] : [];
    });
    expect(new Set(onSpans).size).toBe(2);
    expect(onEvents).toEqual(onSpans);
  });

  it.each(["claude-code", "codex", "qwen-code", "qwen-code-0.15", "gemini-cli"])(
    "%s is the agent of its prompts, though most do not say so",
    (agent) => {
      const agents = recorded(agent).flatMap((record) => {
        const reading = readLog(record);
        return reading?.stands === "prompt" ? reading.agent : [];
      });
      expect(agents).toEqual([agent.replace("-0.15", "")]);
    },
  );

  it("an event tells when its call began", () => {
    for (const record of recorded("qwen-code-0.15")) {
      const event = readLog(record);
      if (event?.stands !== "tool") continue;
      const { duration_ms: ms } = record.attributes;
      expect(Number(event.endNs - event.startNs) / 1e6).toBe(ms);
      expect(ms).toBeGreaterThan(0);
    }
    expect.assertions(2);
  });
});

it("reads what Qwen Code 0.15 sent of its requests although prompts were off (qwen-code#11666)", () => {
  const contents = recorded("qwen-code-0.15").flatMap((record) => readContent(record) ?? []);
  expect(contents).toContainEqual({
    toolArguments: '{\n  "command": "echo hi"\n}',
  });
  expect(contents).toContainEqual({
    output: [{ role: "assistant", parts: [{ type: "text", text: "Done: hi." }] }],
  });
  const asked = contents.findLast(({ input }) => input !== undefined)?.input ?? [];
  expect(asked.map(({ role }) => role)).toEqual(["user", "model", "user", "model", "user"]);
  expect(asked.slice(2, 4).flatMap(({ parts }) => parts)).toEqual([
    { type: "text", text: "say hi with the shell" },
    {
      type: "tool_call",
      id: "call_fake_1",
      name: "run_shell_command",
      arguments: '{"command":"echo hi"}',
    },
  ]);
});

it("takes blanked prompts for no content", () => {
  const contents = ["claude-code", "codex"].flatMap((agent) =>
    recorded(agent).flatMap((record) => readContent(record) ?? []),
  );
  expect(JSON.stringify(contents)).not.toContain("REDACTED");
});

function twice<T>(one: T): T[] {
  return [one, one];
}
