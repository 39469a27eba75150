/**
 * The coding agents we know: how each is made to export telemetry, to talk to another model server, and to answer one prompt
 * without a person in front of it. Data only, so that the recorder, the tests and `throughline run` share one truth.
 */
export interface AgentRecipe {
  readonly id: string;
  readonly title: string;
  readonly package: string;
  /** Exact: what was recorded must be what anybody records again. */
  readonly version: string;
  readonly command: string;
  /** What it takes to export all it has by OTLP/HTTP to `endpoint` (the base: `/v1/traces` and its siblings follow). */
  telemetry(endpoint: string): Settings;
  /** What it takes to use the model server at `url`, without an account. */
  model(url: string): Settings;
  /** What it takes to stay offline and unattended. */
  readonly headless: Settings;
  /** One prompt in a new session. */
  ask(prompt: string): readonly string[];
  /** One more prompt in the session that was used last in this folder. */
  askAgain?(prompt: string): readonly string[];
}

/** `args` go right behind the command's name; `files` are relative to HOME. */
export interface Settings {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

const claudeCode: AgentRecipe = {
  id: "claude-code",
  title: "Claude Code",
  package: "@anthropic-ai/claude-code",
  version: "2.1.330",
  command: "claude",
  telemetry: (endpoint) => ({
    env: {
      CLAUDE_CODE_ENABLE_TELEMETRY: "1",
      // Traces are still behind this one.
      CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: "1",
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_METRICS_EXPORTER: "otlp",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    },
  }),
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
  id: "codex",
  title: "Codex CLI",
  package: "@openai/codex",
  version: "0.169.0",
  command: "codex",
  telemetry(endpoint) {
    const exporter = (path: string): string =>
      `{ otlp-http = { endpoint = "${endpoint}/v1/${path}", protocol = "json" } }`;
    return {
      args: [
        "-c",
        `otel.exporter=${exporter("logs")}`,
        "-c",
        `otel.trace_exporter=${exporter("traces")}`,
        "-c",
        `otel.metrics_exporter=${exporter("metrics")}`,
      ],
    };
  },
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
  id: "qwen-code",
  title: "Qwen Code",
  package: "@qwen-code/qwen-code",
  version: "0.24.4",
  command: "qwen",
  telemetry: (endpoint) => ({
    args: [
      "--telemetry",
      "--telemetry-target",
      "local",
      "--telemetry-otlp-endpoint",
      endpoint,
      "--telemetry-otlp-protocol",
      "http",
      "--no-telemetry-log-prompts",
    ],
  }),
  model: (url) => ({
    env: { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: "none", OPENAI_MODEL: "qwen3-coder-plus" },
    args: ["--auth-type", "openai"],
  }),
  headless: { args: ["--yolo"] },
  ask: (prompt) => ["-p", prompt],
  askAgain: (prompt) => ["--continue", "-p", prompt],
};

const geminiCli: AgentRecipe = {
  id: "gemini-cli",
  title: "Gemini CLI",
  package: "@google/gemini-cli",
  version: "0.61.0",
  command: "gemini",
  telemetry: (endpoint) => ({
    env: {
      GEMINI_TELEMETRY_ENABLED: "true",
      GEMINI_TELEMETRY_TARGET: "local",
      GEMINI_TELEMETRY_OTLP_ENDPOINT: endpoint,
      GEMINI_TELEMETRY_OTLP_PROTOCOL: "http",
      GEMINI_TELEMETRY_LOG_PROMPTS: "false",
      GEMINI_TELEMETRY_TRACES_ENABLED: "true",
    },
  }),
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
