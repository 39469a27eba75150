import { readFileSync } from "node:fs";

import { diag } from "@opentelemetry/api";

import type { Signal } from "./chunk.ts";

/** Where one signal goes. */
export interface Door {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly compression: "gzip" | "none";
  /** How long a record may wait for others to share its request. */
  readonly delayMs: number;
  readonly protocol: Protocol;
}

export type Protocol = "http/protobuf" | "grpc";

/** PEM texts. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Plain data: it also travels into a worker thread. */
export type DeliverySettings = { readonly [signal in Signal]: Door } & {
  readonly tls: Tls;
  /** Encoded bytes that may wait for the collector. */
  readonly queueBytes: number;
  /** Records a request holds at most. */
  readonly batchRecords: number;
};

export interface Env {
  readonly [name: string]: string | undefined;
}

const defaultQueueBytes = 16 * 1024 * 1024;
const names = { traces: "TRACES", logs: "LOGS" } as const;
const processors = { traces: "BSP", logs: "BLRP" } as const;

/** What the program says itself goes before what the environment says. */
export interface SettingsOptions {
  /** The collector's base address; the paths of the signals are added. */
  readonly endpoint?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Encoded bytes that may wait for the collector; 16 MiB. */
  readonly queueBytes?: number;
  /** Where the OTEL_* variables are read; `process.env`. */
  readonly env?: Env;
}

/**
 * The standard OTEL_* variables of the OTLP exporter and the batch processors. A wrong value is reported and treated as
 * absent, as the specification asks; nothing throws.
 */
export function settingsFrom(options: SettingsOptions = {}): DeliverySettings {
  const env = withEndpoint(options.env ?? process.env, options.endpoint);
  return {
    traces: doorOf(env, "traces", options.headers),
    logs: doorOf(env, "logs", options.headers),
    tls: tlsOf(env),
    queueBytes: options.queueBytes ?? defaultQueueBytes,
    batchRecords: numberOf(env, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE") ?? 512,
  };
}

function withEndpoint(env: Env, endpoint: string | undefined): Env {
  if (endpoint === undefined) return env;
  return {
    ...env,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: undefined,
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: undefined,
  };
}

function doorOf(env: Env, signal: Signal, headers: SettingsOptions["headers"]): Door {
  const own = `OTEL_EXPORTER_OTLP_${names[signal]}`;
  const either = (name: string): string | undefined =>
    text(env, `${own}_${name}`) ?? text(env, `OTEL_EXPORTER_OTLP_${name}`);
  const protocol = protocolOf(either("PROTOCOL"));
  return {
    url: urlOf(env, signal, protocol).href,
    headers: {
      ...headersOf(text(env, "OTEL_EXPORTER_OTLP_HEADERS")),
      ...headersOf(text(env, `${own}_HEADERS`)),
      ...headers,
    },
    timeoutMs:
      numberOf(env, `${own}_TIMEOUT`) ?? numberOf(env, "OTEL_EXPORTER_OTLP_TIMEOUT") ?? 10_000,
    compression: either("COMPRESSION") === "gzip" ? "gzip" : "none",
    delayMs: numberOf(env, `OTEL_${processors[signal]}_SCHEDULE_DELAY`) ?? 1_000,
    protocol,
  };
}

function protocolOf(asked: string | undefined): Protocol {
  if (asked === "grpc") return "grpc";
  if (asked !== undefined && asked !== "http/protobuf") {
    diag.warn(
      `throughline: OTLP protocol "${asked}" is not spoken here; http/protobuf is used instead.`,
    );
  }
  return "http/protobuf";
}

/** An endpoint of one signal is used as it stands; the common one gets the signal's path. */
function urlOf(env: Env, signal: Signal, protocol: Protocol): URL {
  const own = parseUrl(text(env, `OTEL_EXPORTER_OTLP_${names[signal]}_ENDPOINT`));
  if (own !== undefined) return own;
  const common = parseUrl(text(env, "OTEL_EXPORTER_OTLP_ENDPOINT"));
  if (protocol === "grpc") return common ?? new URL("http://localhost:4317");
  return signalUrl(common ?? new URL("http://localhost:4318"), signal);
}

export function signalUrl(base: URL, signal: Signal): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/${signal}`;
  return url;
}

function parseUrl(value: string | undefined): URL | undefined {
  if (value === undefined) return undefined;
  // gRPC endpoints are often written without a scheme.
  const candidate = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(candidate) ? new URL(candidate) : undefined;
  if (url !== undefined && (url.protocol === "http:" || url.protocol === "https:")) return url;
  diag.warn(`throughline: "${value}" is no OTLP endpoint; the default is used instead.`);
  return undefined;
}

/** `name=value,name=value` with percent-encoded values, as in W3C baggage. */
export function headersOf(value: string | undefined): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const pair of value?.split(",") ?? []) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals).trim().toLowerCase();
    if (equals < 1 || !/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) continue;
    const content = decoded(pair.slice(equals + 1).trim());
    if (/^[\t\x20-\x7e\x80-\xff]*$/.test(content)) headers[name] = content;
  }
  return headers;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function tlsOf(env: Env): Tls {
  const file = (name: string): string | undefined => {
    const path = text(env, `OTEL_EXPORTER_OTLP_${name}`);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      diag.warn(`throughline: ${name} of OTLP can't be read: ${String(error)}`);
      return undefined;
    }
  };
  const [ca, cert, key] = [file("CERTIFICATE"), file("CLIENT_CERTIFICATE"), file("CLIENT_KEY")];
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function numberOf(env: Env, name: string): number | undefined {
  const value = text(env, name);
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value) && Number(value) > 0) return Number(value);
  diag.warn(`throughline: ${name}="${value}" is not a positive number and is ignored.`);
  return undefined;
}

/** Empty counts as unset. */
function text(env: Env, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}
