import {
  attr,
  logFields,
  type Profile,
  readNames,
  structuredMetadataName,
} from "@throughline/core";
import { promotedGroups, promotedKeys } from "@throughline/core/dialects";
import { indexAttributes } from "@throughline/query/logql";

/**
 * Loki folds names: `session.id` and `session_id` are one there. These are the names that are known to every reader of ours,
 * so that what Loki gives back can be unfolded; of two that fold alike the first counts.
 */
const RESOURCE_NAMES: readonly string[] = [
  ...indexAttributes,
  attr.contentCapture,
  "service.version",
  "telemetry.sdk.language",
  "telemetry.sdk.name",
  "telemetry.sdk.version",
  "telemetry.distro.name",
  "telemetry.distro.version",
  "host.name",
  "host.arch",
  "host.id",
  "os.type",
  "os.version",
  "os.name",
  "os.description",
  "process.pid",
  "process.ppid",
  "process.command",
  "process.command_args",
  "process.command_line",
  "process.executable.name",
  "process.executable.path",
  "process.owner",
  "process.runtime.name",
  "process.runtime.version",
  "process.runtime.description",
];

const ATTRIBUTE_NAMES: readonly string[] = [...Object.values(attr), ...promotedKeys];

const resources = unfolder(RESOURCE_NAMES);
const attributes = unfolder(ATTRIBUTE_NAMES);

/** The resource attribute that such a label can only be. */
export function resourceName(label: string): string | undefined {
  return resources.get(label);
}

/** The attribute that such a label most likely is; as it is where nobody knows it. */
export function attributeName(label: string): string {
  return attributes.get(label) ?? label;
}

function unfolder(names: readonly string[]): ReadonlyMap<string, string> {
  const unfolded = new Map<string, string>();
  for (const name of names) {
    const folded = structuredMetadataName(name);
    if (!unfolded.has(folded)) unfolded.set(folded, name);
  }
  return unfolded;
}

/** Attributes of spans under which a session id may stand. */
export function spanSessionKeys(profile: Profile): readonly string[] {
  return unique([
    ...readNames(profile, "span", attr.sessionId),
    ...(promotedGroups["session"] ?? []),
    attr.genAiConversationId,
    attr.door,
  ]);
}

/** Labels of log lines under which a session id may stand. */
export function logSessionLabels(profile: Profile): readonly string[] {
  const names = [
    ...readNames(profile, "log", attr.sessionId),
    ...(promotedGroups["session"] ?? []),
    attr.door,
  ];
  return unique(names.map(structuredMetadataName));
}

/** Fields of a JSON line under which it may stand. */
export function lineSessionFields(profile: Profile): readonly string[] {
  return unique([...readNames(profile, "field", logFields.sessionId), attr.sessionId]);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
