import { basename } from "node:path";
import {
  carrierEnvironment,
  carrierOfEnvironment,
  readCarrier,
  sampledFlag,
  sessionRoot,
  writeCarrier,
} from "@throughline/core";
import { writeSessionSegment } from "@throughline/core/session";

import { knownAgents, type KnownAgent, type Settings } from "./agents.ts";

export interface Behind {
  readonly session: string;
  /** The server's address; the command gets the session's own door there. */
  readonly url: string;
  readonly token: string | undefined;
}

export interface Prepared {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The coding agent that the command was recognised as. */
  readonly agent: KnownAgent | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Where a command exports to, so that all it emits belongs to the session whether it says so or not. */
export function doorOf({ session, url }: Behind): string {
  return `${url}/run/${writeSessionSegment(session)}`;
}

/**
 * A command as it is to be started: with the standard OpenTelemetry variables, the session's identity, and what a known agent
 * needs beyond these. What the user set of a signal's own endpoint or exporter is taken out, or it would win over ours.
 */
export function prepareCommand(
  [command = "", ...args]: readonly string[],
  behind: Behind,
  env: Env,
): Prepared {
  const agent = agentOf(command, args);
  const settings = agent?.telemetry(doorOf(behind)) ?? {};
  const own = { ...withoutOwnEndpoints(env), ...standardVariables(behind, env) };
  return {
    command,
    args: withFlags(args, agent, settings),
    env: defined(carried({ ...own, ...settings.env, ...overlaid(settings, env) }, behind.session)),
    agent,
  };
}

/** The session that the caller's own environment carries: a `run` inside a `run` is one session. */
export function carriedSession(env: Env): string | undefined {
  const { session } = readCarrier(carrierOfEnvironment(env));
  return session?.id;
}

function standardVariables(behind: Behind, env: Env): Record<string, string | undefined> {
  const headers = [
    env["OTEL_EXPORTER_OTLP_HEADERS"],
    behind.token === undefined
      ? undefined
      : `authorization=${encodeURIComponent(`Bearer ${behind.token}`)}`,
  ].filter((each) => each !== undefined && each !== "");
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: doorOf(behind),
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_LOGS_EXPORTER: "otlp",
    // Metrics carry no session: whoever switched them off meant it.
    OTEL_METRICS_EXPORTER: env["OTEL_METRICS_EXPORTER"] || "otlp",
    OTEL_EXPORTER_OTLP_HEADERS: headers.length === 0 ? undefined : headers.join(","),
    THROUGHLINE_URL: behind.url,
    ...pastProxies(behind, env),
  };
}

/** Signal by signal these go before the general ones; a disabled SDK or a sampler that drops would leave holes. */
const inTheWay =
  /^OTEL_(?:EXPORTER_OTLP_(?:TRACES|LOGS|METRICS)_(?:ENDPOINT|PROTOCOL|HEADERS)|SDK_DISABLED|TRACES_SAMPLER(?:_ARG)?)$/;

function withoutOwnEndpoints(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !inTheWay.test(name)));
}

/** A proxy for the outside world can't reach this machine's own server. */
function pastProxies({ url }: Behind, env: Env): Record<string, string> {
  const proxied = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].some((name) => env[name]);
  if (!proxied) return {};
  const host = new URL(url).hostname;
  const said = env["NO_PROXY"] ?? env["no_proxy"] ?? "";
  const all = [...said.split(",").filter((each) => each.trim() !== ""), host].join(",");
  return { NO_PROXY: all, no_proxy: all };
}

/** The root's context as parent, and the session in the baggage beside what was there. */
function carried(env: Env, session: string): Env {
  const root = sessionRoot(session);
  const inbound = readCarrier(carrierOfEnvironment(env)).baggage;
  const { text } = writeCarrier({
    context: { ...root, flags: sampledFlag },
    sessionId: session,
    inbound,
  });
  return carrierEnvironment(env, text);
}

function overlaid({ envJson = {} }: Settings, env: Env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(envJson).map(([name, ours]) => {
      const said = jsonObject(env[name]);
      return [name, JSON.stringify(deepMerge(said, ours))];
    }),
  );
}

function jsonObject(text: string | undefined): object {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function deepMerge(said: object, ours: object): object {
  const merged = new Map<string, unknown>(Object.entries(said));
  for (const [key, value] of new Map<string, unknown>(Object.entries(ours))) {
    const before = merged.get(key);
    const both = isObject(before) && isObject(value);
    merged.set(key, both ? deepMerge(before, value) : value);
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const runners: ReadonlySet<string> = new Set(["npx", "bunx", "pnpx"]);

/** By the command's name, wherever it lies, or by the package that a runner is asked for. */
function agentOf(command: string, args: readonly string[]): KnownAgent | undefined {
  const name = basename(command).replace(/\.(?:exe|cmd|js|mjs)$/i, "");
  if (!runners.has(name)) return knownAgents.find((agent) => agent.command === name);
  const asked = args[indexOfAsked(args)] ?? "";
  // `@openai/codex@0.169.0`: the version is what stands behind an @ that is not the first letter.
  const wanted = asked.replace(/(?<=.)@[^/]*$/, "");
  return knownAgents.find((agent) => agent.package === wanted || agent.command === wanted);
}

function indexOfAsked(args: readonly string[]): number {
  return args.findIndex((arg) => !arg.startsWith("-"));
}

/** Behind the agent's name: of `npx -y @openai/codex exec`, behind the package. */
function withFlags(
  args: readonly string[],
  agent: KnownAgent | undefined,
  { args: flags = [] }: Settings,
): readonly string[] {
  const asked = args[indexOfAsked(args)];
  const isRunner = agent !== undefined && asked?.replace(/(?<=.)@[^/]*$/, "") === agent.package;
  const at = isRunner ? indexOfAsked(args) + 1 : 0;
  return args.toSpliced(at, 0, ...flags);
}

function defined(env: Env): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) kept[name] = value;
  return kept;
}
