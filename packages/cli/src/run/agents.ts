/**
 * The coding agents we know: what each needs, beyond the standard OTEL_* variables, to export all it has. Data only. To add
 * one: an entry here; nothing else asks which agent it is.
 *
 * Everything is said by environment or by flags of this one run: an agent's own configuration is read by it as ever, and
 * never written.
 */
export interface KnownAgent {
  readonly id: string;
  readonly title: string;
  readonly command: string;
  /** On the npm registry, for `npx PACKAGE`. */
  readonly package: string;
  /** `endpoint` is the base of OTLP over HTTP: `/v1/traces` and its siblings follow. */
  telemetry(endpoint: string): Settings;
}

export interface Settings {
  readonly env?: Readonly<Record<string, string>>;
  /** Configuration that the agent reads as JSON from a variable: laid over what the variable says already. */
  readonly envJson?: Readonly<Record<string, object>>;
  /** Right behind the command's name. */
  readonly args?: readonly string[];
}

const claudeCode: KnownAgent = {
  id: "claude-code",
  title: "Claude Code",
  command: "claude",
  package: "@anthropic-ai/claude-code",
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
};

const codex: KnownAgent = {
  id: "codex",
  title: "Codex CLI",
  command: "codex",
  package: "@openai/codex",
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
};

const geminiCli: KnownAgent = {
  id: "gemini-cli",
  title: "Gemini CLI",
  command: "gemini",
  package: "@google/gemini-cli",
  telemetry: (endpoint) => ({
    env: {
      GEMINI_TELEMETRY_ENABLED: "true",
      GEMINI_TELEMETRY_TARGET: "local",
      GEMINI_TELEMETRY_OTLP_ENDPOINT: endpoint,
      GEMINI_TELEMETRY_OTLP_PROTOCOL: "http",
      // Content stays with the user unless the user says otherwise.
      GEMINI_TELEMETRY_LOG_PROMPTS: "false",
      GEMINI_TELEMETRY_TRACES_ENABLED: "true",
    },
  }),
};

const qwenCode: KnownAgent = {
  id: "qwen-code",
  title: "Qwen Code",
  command: "qwen",
  package: "@qwen-code/qwen-code",
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
};

const opencode: KnownAgent = {
  id: "opencode",
  title: "opencode",
  command: "opencode",
  package: "opencode-ai",
  // It exports its own spans wherever the standard variables point; those of its model calls are an experiment to switch on.
  telemetry: () => ({
    envJson: { OPENCODE_CONFIG_CONTENT: { experimental: { openTelemetry: true } } },
  }),
};

const copilotCli: KnownAgent = {
  id: "copilot-cli",
  title: "Copilot CLI",
  command: "copilot",
  package: "@github/copilot",
  telemetry: () => ({
    env: { COPILOT_OTEL_ENABLED: "true", COPILOT_OTEL_EXPORTER_TYPE: "otlp-http" },
  }),
};

export const knownAgents: readonly KnownAgent[] = [
  claudeCode,
  codex,
  geminiCli,
  qwenCode,
  opencode,
  copilotCli,
];
