import type { LogRecord, Resource, Scope } from "@throughline/core/record";
import type { Labels, LogEntry } from "./entry.ts";
import { detectedLevel } from "./level.ts";
import { addLabels, textOf } from "./text.ts";

/**
 * Resource attributes that Loki makes index labels of unless told otherwise. Anything else a record carries is structured
 * metadata: `session.id` is `session_id` there, wherever it stood.
 */
export const indexAttributes: readonly string[] = [
  "service.name",
  "service.namespace",
  "service.instance.id",
  "deployment.environment",
  "deployment.environment.name",
  "cloud.region",
  "cloud.availability_zone",
  "k8s.cluster.name",
  "k8s.namespace.name",
  "k8s.pod.name",
  "k8s.container.name",
  "container.name",
  "k8s.replicaset.name",
  "k8s.deployment.name",
  "k8s.statefulset.name",
  "k8s.daemonset.name",
  "k8s.cronjob.name",
  "k8s.job.name",
];

interface ResourceLabels {
  readonly stream: Labels;
  readonly rest: Labels;
}

/** Reads records as Loki would have stored them. What a resource or a scope says is read once for all its records. */
export function createEntryReader(): (record: LogRecord) => LogEntry {
  const resources = new WeakMap<Resource, ResourceLabels>();
  const scopes = new WeakMap<Scope, Labels>();
  return (record) => {
    const { stream, rest } = remember(resources, record.resource, readResource);
    const line = textOf(record.body);
    const metadata = new Map(rest);
    for (const [name, value] of remember(scopes, record.scope, readScope))
      metadata.set(name, value);
    for (const key in record.attributes) addLabels(metadata, key, record.attributes[key] ?? null);
    if (record.severityNumber !== 0) metadata.set("severity_number", String(record.severityNumber));
    for (const [name, value] of [
      ["severity_text", record.severityText],
      ["trace_id", record.traceId],
      ["span_id", record.spanId],
    ] as const)
      if (value !== "") metadata.set(name, value);
    // The older attribute goes first: some emitters fill OTLP's field with a place in their source.
    if (record.eventName !== "" && !metadata.has("event_name"))
      metadata.set("event_name", record.eventName);
    metadata.set("detected_level", detectedLevel(record, line));
    return { timeNs: record.timeNs, line, stream, metadata };
  };
}

function remember<Key extends object, Read>(
  known: WeakMap<Key, Read>,
  key: Key,
  read: (key: Key) => Read,
): Read {
  let value = known.get(key);
  if (value === undefined) {
    value = read(key);
    known.set(key, value);
  }
  return value;
}

/** The labels of the stream that records of this resource are in. */
export function streamOf(resource: Resource): Labels {
  return readResource(resource).stream;
}

/** Names further attributes of the resource that are labels: so the Collector's Loki exporter had it, and so pushed labels stay labels. */
const LABEL_HINT = "loki.resource.labels";

function readResource({ attributes }: Resource): ResourceLabels {
  const stream = new Map<string, string>();
  const rest = new Map<string, string>();
  const said = attributes[LABEL_HINT];
  const hinted = typeof said === "string" ? said.split(/\s*,\s*/) : [];
  for (const key in attributes) {
    if (key === LABEL_HINT) continue;
    const isLabel = indexAttributes.includes(key) || hinted.includes(key);
    addLabels(isLabel ? stream : rest, key, attributes[key] ?? null);
  }
  if (!stream.has("service_name")) stream.set("service_name", "unknown_service");
  return { stream, rest };
}

function readScope({ attributes, name, version }: Scope): Labels {
  const labels = new Map<string, string>();
  for (const key in attributes) addLabels(labels, key, attributes[key] ?? null);
  if (name !== "") labels.set("scope_name", name);
  if (version !== "") labels.set("scope_version", version);
  return labels;
}
