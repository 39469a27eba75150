import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import type { Span } from "@throughline/core/otlp";
import { describe, expect, test } from "vitest";

import { attributesOf, Collector, until } from "../export/collector.ts";
import { emptyFolder } from "../journal/writer.ts";

const agent = fileURLToPath(new URL("agent.ts", import.meta.url));

interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

/** The agent as a process of its own. */
class Run {
  readonly child: ChildProcess;
  readonly ended: Promise<End>;

  constructor(end: string, endpoint: string, journal = "", time = "") {
    this.child = fork(agent, [end, endpoint, journal, time], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.ended = this.#end();
  }

  async #end(): Promise<End> {
    const gone = once(this.child, "exit") as Promise<[number | null, string | null]>;
    const [[code, signal], stderr] = await Promise.all([gone, text(this.child.stderr!)]);
    return { code, signal, stderr };
  }

  /** When its work is done, and only its end is left. */
  async signalled(signal: NodeJS.Signals): Promise<End> {
    await once(this.child, "message");
    this.child.kill(signal);
    return this.ended;
  }
}

function distinct(spans: readonly Span[]): readonly Span[] {
  return [...new Map(spans.map((span) => [span.traceId + span.spanId, span])).values()];
}

/** Root, nine tools; the turn and the tool that were open, as interrupted; a log record. */
function expectAll(collector: Collector): void {
  const outcomes = Object.fromEntries(
    collector.spans.map((span) => [span.name, attributesOf(span)["throughline.outcome"]]),
  );
  for (let i = 0; i < 9; i++) expect(outcomes[`execute_tool tool ${i}`]).toBe("ok");
  expect(outcomes).toHaveProperty("session agent");
  expect(outcomes["execute_tool open"]).toBe("interrupted");
  expect(outcomes["invoke_agent agent"]).toBe("interrupted");
  expect(distinct(collector.spans)).toHaveLength(12);
  expect(collector.logs.map(({ body }) => body)).toContainEqual({ stringValue: "about to end" });
}

describe("everything arrives, and the end is the one it would have been", () => {
  test.each([
    ["natural", 0, /^$/],
    ["exit", 7, /^$/],
    ["caught by the host", 9, /^$/],
    // Node shows the line of the host's own code, as it does when nobody listens.
    ["throw", 1, /^file:.+agent\.ts:\d+\n +throw new Error\("boom"\);\n +\^\n\nError: boom\n/],
    ["reject", 1, /^file:.+agent\.ts:\d+\n.+\n +\^\n\nError: rejected\n/],
  ])("%s", async (end, code, stderr) => {
    await using collector = await Collector.start();
    const run = new Run(end, collector.endpoint);
    expect(await run.ended).toEqual({ code, signal: null, stderr: expect.stringMatching(stderr) });
    expectAll(collector);
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s", async (signal) => {
    await using collector = await Collector.start();
    const end = await new Run("wait", collector.endpoint).signalled(signal);
    expect(end).toMatchObject({ code: null, signal });
    expectAll(collector);
  });

  test("SIGTERM that the host answers with process.exit", async () => {
    await using collector = await Collector.start();
    const end = await new Run("exit in handler", collector.endpoint).signalled("SIGTERM");
    expect(end).toMatchObject({ code: 5 });
    expectAll(collector);
  });

  test("SIGTERM that the host answers by finishing its work", async () => {
    await using collector = await Collector.start();
    const end = await new Run("graceful host", collector.endpoint).signalled("SIGTERM");
    expect(end).toMatchObject({ code: 0, signal: null });
    // Its last turn began after the signal.
    const turns = collector.spanNames.filter((name) => name === "invoke_agent agent");
    expect(turns).toHaveLength(2);
  });

  test("SIGTERM beside signal-exit, which leaves the decision to others", async () => {
    await using collector = await Collector.start();
    const end = await new Run("signal-exit", collector.endpoint).signalled("SIGTERM");
    expect(end).toMatchObject({ signal: "SIGTERM", stderr: "signal-exit saw null SIGTERM\n" });
    expectAll(collector);
  });
});

describe("with no collector in reach", () => {
  test.each([
    ["natural", 0],
    ["exit", 7],
    ["throw", 1],
  ])("%s ends all the same", async (end, code) => {
    const collector = await Collector.start();
    await collector.stop();
    expect(await new Run(end, collector.endpoint).ended).toMatchObject({ code });
  });

  // The time is two seconds; a machine may be busy, but ten are what a request may take.
  test.each([
    ["natural", undefined, { code: 0 }],
    ["exit", undefined, { code: 7 }],
    ["throw", undefined, { code: 1 }],
    ["wait", "SIGTERM", { signal: "SIGTERM" }],
  ] as const)(
    "%s %s waits no longer than it may for one that never answers",
    async (how, signal, end) => {
      await using collector = await Collector.start();
      collector.answer = () => new Promise(() => {});
      const run = new Run(how, collector.endpoint, "", "usual time");
      expect(await (signal === undefined ? run.ended : run.signalled(signal))).toMatchObject(end);
      const [first] = collector.requests;
      expect(performance.now() - first!.at).toBeLessThan(8_000);
      expect(collector.accepted).toEqual([]);
    },
  );

  test("the second Ctrl-C ends without waiting for the first", async () => {
    await using collector = await Collector.start();
    collector.answer = () => new Promise(() => {});
    const run = new Run("wait", collector.endpoint);
    await once(run.child, "message");
    run.child.kill("SIGINT");
    await until(() => collector.requests.length > 0, "the attempt to deliver");
    run.child.kill("SIGINT");
    expect(await run.ended).toMatchObject({ signal: "SIGINT" });
  });
});

describe("with a journal", () => {
  test("SIGKILL loses no ended span; the next start sends them, and what was open as interrupted", async () => {
    const journal = emptyFolder();
    await using collector = await Collector.start();
    collector.answer = () => ({ status: 503 });
    const killed = new Run("wait", collector.endpoint, journal);
    expect(await killed.signalled("SIGKILL")).toMatchObject({ signal: "SIGKILL" });
    expect(collector.spans).toEqual([]);

    collector.answer = () => ({ status: 200 });
    const next = new Run("wait", collector.endpoint, journal);
    await once(next.child, "message");
    await until(() => collector.spans.length >= 12, "what the first process left");
    next.child.kill("SIGTERM");
    await next.ended;

    // Two processes of one session: twelve spans each, the root they share.
    const spans = distinct(collector.spans);
    expect(spans).toHaveLength(23);
    expect(spans.filter(({ name }) => name.startsWith("execute_tool tool"))).toHaveLength(18);
    const open = spans.filter(
      (span) => attributesOf(span)["throughline.outcome"] === "interrupted",
    );
    expect(open.map(({ name }) => name).toSorted()).toEqual([
      "execute_tool open",
      "execute_tool open",
      "invoke_agent agent",
      "invoke_agent agent",
    ]);
    for (const { startTimeUnixNano, endTimeUnixNano } of open) {
      expect(endTimeUnixNano).toBeGreaterThanOrEqual(startTimeUnixNano);
    }
    expect(readdirSync(journal)).toEqual([]);
  });

  test("process.exit with no collector in reach leaves everything to the next start", async () => {
    const journal = emptyFolder();
    await using collector = await Collector.start();
    await collector.stop();
    const away = new Run("exit", collector.endpoint, journal);
    expect(await away.ended).toMatchObject({ code: 7 });
    await collector.listen();
    await new Run("natural", collector.endpoint, journal).ended;
    expect(distinct(collector.spans)).toHaveLength(23);
    expect(readdirSync(journal)).toEqual([]);
  });
});
