import {
  type KnownAgent,
  knownAgents,
  type Settings as Telling,
} from "../../packages/cli/src/run/agents.ts";

/**
 * How the coding agents that `throughline run` knows are recorded: which version, against another model server, and answering one
 * prompt without a person in front of it. What they need to export telemetry is `run`'s own table.
 */
export interface AgentRecipe extends KnownAgent {
  /** Exact: what was recorded must be what anybody records again. */
  readonly version: string;
  /** What it takes to use the model server at `url`, without an account. */
  model(url: string): Settings;
  /** What it takes to stay offline and unattended. */
  readonly headless: Settings;
  /** One prompt in a new session. */
  ask(prompt: string): readonly string[];
  /** One more prompt in the session that was used last in this folder. */
  askAgain?(prompt: string): readonly string[];
}

export interface Settings extends Telling {
  /** Relative to HOME. */
  readonly files?: Readonly<Record<string, string>>;
}

function known(id: string): KnownAgent {
  const agent = knownAgents.find((each) => each.id === id);
  if (agent === undefined) throw new Error(`run knows no agent "${id}"`);
  return agent;
}

const claudeCode: AgentRecipe = {
  ...known("claude-code"),
  version: "2.1.330",
  model: (url) => ({ env: { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: "none" } }),
  headless: {
    env: {
      DISABLE_AUTOUPDATER: "1",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      // It refuses to skip permissions as root outside a sandbox.
      IS_SANDBOX: "1",
    },
    args: ["--dangerously-skip-permissions"],
  },
  ask: (prompt) => ["-p", prompt],
  askAgain: (prompt) => ["--continue", "-p", prompt],
};

const codex: AgentRecipe = {
  ...known("codex"),
  version: "0.169.0",
  model: (url) => ({
    env: { FAKE_MODEL_KEY: "none" },
    args: [
      "-c",
      'model_provider="fake"',
      "-c",
      'model="gpt-5.4"',
      "-c",
      `model_providers.fake={ name = "fake", base_url = "${url}/v1", wire_api = "responses", env_key = "FAKE_MODEL_KEY" }`,
    ],
  }),
  headless: {},
  ask: (prompt) => [
    "exec",
    "--dangerously-bypass-approvals-and-sandbox",
    "--skip-git-repo-check",
    prompt,
  ],
  askAgain: (prompt) => [
    "exec",
    "--dangerously-bypass-approvals-and-sandbox",
    "--skip-git-repo-check",
    "resume",
    "--last",
    prompt,
  ],
};

const qwenCode: AgentRecipe = {
  ...known("qwen-code"),
  version: "0.24.4",
  model: (url) => ({
    env: { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: "none", OPENAI_MODEL: "qwen3-coder-plus" },
    args: ["--auth-type", "openai"],
  }),
  headless: { args: ["--yolo"] },
  ask: (prompt) => ["-p", prompt],
  askAgain: (prompt) => ["--continue", "-p", prompt],
};

const geminiCli: AgentRecipe = {
  ...known("gemini-cli"),
  version: "0.61.0",
  model: (url) => ({
    env: { GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: "none" },
    args: ["--model", "gemini-2.5-flash"],
  }),
  headless: {
    args: ["--yolo", "--skip-trust"],
    files: {
      ".gemini/settings.json": JSON.stringify({
        security: { auth: { selectedType: "gemini-api-key" } },
        general: { disableAutoUpdate: true, disableUpdateNag: true },
      }),
    },
  },
  ask: (prompt) => ["-p", prompt],
  askAgain: (prompt) => ["--resume", "latest", "-p", prompt],
};

export const agents: readonly AgentRecipe[] = [claudeCode, codex, qwenCode, geminiCli];

/** Recorded for what it lacks: this release sends log events and metrics, no spans. */
export const logsOnlyAgent: AgentRecipe = {
  ...qwenCode,
  id: "qwen-code-0.15",
  title: "Qwen Code 0.15",
  version: "0.15.10",
};
