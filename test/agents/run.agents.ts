import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { agents, type AgentRecipe } from "../../scripts/record-agents/agents.ts";
import { cacheFolder, install } from "../../scripts/record-agents/install.ts";
import { furnish, openRoom, type Room } from "../../scripts/record-agents/run-agent.ts";
import { startFakeModel, type FakeModel } from "../support/fake-model.ts";

const bin = fileURLToPath(new URL("../../packages/cli/src/bin.ts", import.meta.url));
const prompt = "say hi with the shell";

/**
 * What a user of the agent may have set up; it is read by the agent as ever, and must be found as it was. Written as these
 * releases write it themselves: some bring a file of another form into theirs.
 */
const configuration: Readonly<Record<string, readonly [file: string, settings: object | string]>> =
  {
    "claude-code": [".claude/settings.json", { cleanupPeriodDays: 7 }],
    codex: [".codex/config.toml", "# mine\nhide_agent_reasoning = true\n"],
    "qwen-code": [".qwen/settings.json", { ui: { hideTips: true }, $version: 4 }],
    "gemini-cli": [
      ".gemini/settings.json",
      {
        security: { auth: { selectedType: "gemini-api-key" } },
        general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      },
    ],
  };

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(
  command: readonly string[],
  env: Record<string, string>,
  cwd: string,
): Promise<Ended> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}

const throughline = [process.execPath, "--conditions=@throughline/source", bin];

describe.each(agents.map((agent) => [agent.title, agent] as const))("%s", (_title, agent) => {
  let path: string;
  let room: Room;
  let model: FakeModel;
  let data: string;
  let env: Record<string, string>;
  let line: readonly string[];
  let own: { readonly file: string; readonly text: string };

  /** The command line beside the agent, in the agent's own environment. */
  const cli = (...argv: readonly string[]): Promise<Ended> =>
    start([...throughline, ...argv], env, room.project);
  const json = async (...argv: readonly string[]): Promise<unknown> =>
    JSON.parse((await cli(...argv, "-o", "json")).stdout);

  beforeAll(async () => {
    path = install(agent);
    room = openRoom(join(cacheFolder, "rooms"));
    model = await startFakeModel();
    data = mkdtempSync(join(tmpdir(), "throughline-agents-"));
    const settings = furnish(room, [agent.headless, agent.model(model.url)]);
    env = { ...settings.env, XDG_DATA_HOME: data };
    line = [path, ...(settings.args ?? [])];
    own = write(room, agent);
  });
  afterAll(async () => {
    await cli("down");
    await model[Symbol.asyncDispose]();
    room[Symbol.dispose]();
    rmSync(data, { recursive: true, force: true });
  });

  test("run starts a backend, and the agent's work is one session, shown whole", async () => {
    const ended = await cli(
      "run",
      "--port",
      "0",
      "--grpc-port",
      "0",
      "--",
      ...line,
      ...agent.ask(prompt),
    );
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toContain("Done: hi.");

    const { sessions } = (await json("sessions")) as { sessions: { id: string }[] };
    expect(sessions).toHaveLength(1);
    const { records, session } = (await json("show", "latest")) as Shown;
    expect(session.state).toBe("ended");
    expect(session.turns).toBe(1);
    expect(session.tool_calls).toBe(1);
    const asked = model.requests.filter((each) => isCall.test(each));
    expect(session.llm_calls).toBe(asked.length);
    expect(session.tokens).toMatchObject({
      input: 120 * asked.length,
      output: 30 * asked.length,
    });
    expect(records).toHaveLength(session.spans + session.logs);

    // What the server got is what the session has: nothing stayed outside.
    const url = /backend at (\S+);/.exec(ended.stderr)?.[1] ?? "";
    const { received } = (await (await fetch(`${url}/api/v1/status`)).json()) as Status;
    expect([session.spans, session.logs]).toEqual([received.spans, received.logs]);
    const wide = await cli("show", "latest", "-o", "wide");
    // Four or five lines of head and an empty one; every record after that has its own.
    const lines = wide.stdout.trimEnd().split(/\n\n/).slice(1).join("\n").split("\n");
    const shown = lines.filter((each) => /^\d\d:\d\d:\d\d\.\d{3} /.test(each));
    const announced = records.filter(({ kind, step }) => kind === "log" && step === "span.start");
    const turnsOfPrompts = records.some(({ kind, step }) => kind === "span" && step === "turn")
      ? 0
      : 1;
    expect(shown).toHaveLength(records.length - announced.length + turnsOfPrompts);

    expect(ended.stderr).toContain(session.id);
    expect(ended.stderr).toContain(`${asked.length} model calls  1 tool call`);
    expect(ended.stderr).toContain(`${url}/sessions/${session.id}`);
    expect(readFileSync(own.file, "utf8")).toBe(own.text);
  });

  test("run reuses the backend and passes the agent's own exit code on", async () => {
    const wrong = [path, "--no-such-flag-at-all"];
    const bare = await start(wrong, env, room.project);
    const ended = await cli("run", "--session", "refused", "--", ...wrong);
    expect(bare.code).not.toBe(0);
    expect(ended.code).toBe(bare.code);
    expect(ended.stderr).not.toContain("started the backend");
    expect(readFileSync(own.file, "utf8")).toBe(own.text);
  });
});

/** Requests that are model calls; counting tokens and looking for models are none. */
const isCall =
  /^POST \/(?:v1\/(?:messages|responses|chat\/completions)|v1beta\/models\/[^:]+:\w*[gG]enerateContent)$/;

interface Shown {
  readonly session: {
    readonly id: string;
    readonly state: string;
    readonly turns: number;
    readonly spans: number;
    readonly logs: number;
    readonly llm_calls: number;
    readonly tool_calls: number;
    readonly tokens: object;
  };
  readonly records: readonly { readonly kind: string; readonly step: string | null }[];
}

interface Status {
  readonly received: { readonly spans: number; readonly logs: number };
}

function write({ home }: Room, { id }: AgentRecipe) {
  const [name = "", settings = ""] = configuration[id] ?? [];
  const file = join(home, name);
  const text = typeof settings === "string" ? settings : JSON.stringify(settings, undefined, 2);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return { file, text };
}
