import { readFileSync } from "node:fs";

import { structuredMetadataName } from "@throughline/core";

interface Key {
  readonly name: string;
  readonly kind: string;
  readonly type: string;
  readonly values?: readonly string[];
  readonly examples?: readonly string[];
  readonly stands: readonly string[];
  readonly stability: string;
  readonly since: string;
  readonly replaces: readonly string[];
  readonly aliases?: readonly string[];
  readonly description: string;
}

/** docs/attributes.md: the names of contract/keys.json, in the order in which an operator looks for them. */
export function renderAttributes(): string {
  const { keys }: { keys: Key[] } = JSON.parse(
    readFileSync(new URL("../../contract/keys.json", import.meta.url), "utf8"),
  );
  return `${[opening, ...sections.flatMap(({ title, text, has }) => section(title, text, keys.filter(has))), loki(keys), olderNames(keys)].join("\n\n")}\n`;
}

const opening = `# Attribute reference

<!-- Generated from contract/keys.json by \`npm run docs\`; edit that file. -->

Every name that Throughline writes or reads, and where it stands. What the names promise is in
[the contract](../contract/CONTRACT.md); the names as data are in [\`keys.json\`](../contract/keys.json). Names in
*development* may still change with the conventions they come from; readers then accept both.

To find everything of a session, ask for \`session.id\`:

| where | query |
| --- | --- |
| Tempo | \`{ span.session.id = "ID" }\` |
| Loki, structured metadata | \`{service_name=~".+"} \\| session_id = "ID"\` |
| Loki, JSON lines | \`{service_name=~".+"} \\| json \\| session_id = "ID"\` |
| Throughline | \`throughline show ID\` |`;

interface Section {
  readonly title: string;
  readonly text: string;
  readonly has: (key: Key) => boolean;
}

const isAttribute = ({ kind }: Key) => kind === "attribute";
const standsOn =
  (...places: string[]) =>
  (key: Key) =>
    isAttribute(key) && key.stands.some((place) => places.includes(place));
const content = /^gen_ai\.(?:input|output|system_instructions|tool\.call\.(?:arg|res)|tool\.def)/;
const onlyEvents = (key: Key) =>
  isAttribute(key) && key.stands.every((place) => place.startsWith("event:"));
const isContent = (key: Key) => isAttribute(key) && content.test(key.name);
const broad = standsOn(
  "span",
  "span:any",
  "log",
  "below:session",
  "below:turn",
  "below:agent",
  "span:session",
);
const delegation = (key: Key) => isAttribute(key) && key.name.startsWith("throughline.delegation.");

const sections: readonly Section[] = [
  {
    title: "On every span, or on many kinds",
    text: "Who and what a record belongs to. Filter by these.",
    has: broad,
  },
  {
    title: "On model calls",
    text: 'One span an attempt. Usage and cost stand here and nowhere else, so sums over `throughline.step = "llm"` count nothing twice.',
    has: (key) => !broad(key) && !isContent(key) && standsOn("span:llm")(key),
  },
  {
    title: "On tool calls",
    text: "The tool span covers the whole call; `tool.execution` and `tool.approval` under it tell running from waiting.",
    has: (key) =>
      !broad(key) &&
      !isContent(key) &&
      !standsOn("span:llm")(key) &&
      standsOn("span:tool", "span:tool.approval")(key),
  },
  {
    title: "On delegations",
    text: "Work handed to another agent: the span on the side that delegates, and the events of both sides.",
    has: delegation,
  },
  {
    title: "Message content",
    text: "Only where `throughline.content.capture` on the resource says so; off unless somebody turned it on. Secrets are masked and sizes capped.",
    has: isContent,
  },
  {
    title: "On events",
    text: "Attributes that a single kind of event carries.",
    has: (key) => onlyEvents(key) && !delegation(key),
  },
  { title: "On links", text: "Why one span points to another.", has: standsOn("link") },
  { title: "On the resource", text: "Once for a process.", has: standsOn("resource") },
  {
    title: "Log events",
    text: "In the EventName field of a log record.",
    has: ({ kind }) => kind === "event",
  },
  {
    title: "Span names",
    text: "The subject in braces is left out where it is not known.",
    has: ({ kind }) => kind === "span_name",
  },
  {
    title: "Fields of JSON log lines",
    text: "Flat, beside whatever else the line says.",
    has: ({ kind }) => kind === "log_field",
  },
  {
    title: "Fields of carriers",
    text: "How identity gets from one process to the next. Session baggage goes to loopback, private and internal hosts, and to nobody else unless told to.",
    has: ({ kind }) => kind === "carrier_field",
  },
  { title: "Environment", text: "", has: ({ kind }) => kind === "environment" },
  {
    title: "Claims of the delegation token",
    text: "In the signed token that travels as `throughline-delegation`.",
    has: ({ kind }) => kind === "claim",
  },
];

function section(title: string, text: string, keys: readonly Key[]): string[] {
  const rows = keys.map((key) => [
    `\`${key.name}\``,
    type(key),
    key.stands.map(place).join(", "),
    meaning(key),
    key.stability,
  ]);
  return [
    `## ${title}`,
    ...(text === "" ? [] : [text]),
    table(["name", "type", "stands on", "meaning", "stability"], rows),
  ];
}

function type({ type, values }: Key): string {
  return values === undefined ? type : values.map((value) => `\`${value}\``).join(", ");
}

function meaning({ description, examples = [] }: Key): string {
  return examples.length === 0
    ? description
    : `${description} For example ${examples.map((example) => `\`${example}\``).join(", ")}.`;
}

const placeNames: ReadonlyMap<string, string> = new Map([
  ["span", "every span"],
  ["span:any", "spans, where it applies"],
  ["log", "log records"],
  ["event_name", "EventName of a log record"],
  ["baggage", "baggage"],
  ["link", "links"],
  ["resource", "resource"],
  ["carrier", "HTTP headers, gRPC metadata, messages, MCP `_meta`, A2A metadata"],
  ["cloudevent", "CloudEvents"],
  ["grpc", "gRPC metadata"],
  ["environment", "environment of a process"],
  ["line", "JSON log lines"],
  ["payload", "payload and event-envelope messages"],
  ["token", "delegation token"],
  ["below:session", "every span but the root"],
]);

function place(stand: string): string {
  const [kind, step] = stand.split(":");
  const known = placeNames.get(stand);
  if (known !== undefined) return known;
  if (kind === "event") return `event \`${step}\``;
  return kind === "below" ? `everything below ${step} spans` : `${step} spans`;
}

function loki(keys: readonly Key[]): string {
  const onLogs = keys.filter(
    (key) =>
      isAttribute(key) && key.stands.some((stand) => stand === "log" || stand.startsWith("event:")),
  );
  return [
    "## In Loki",
    `Loki keeps the attributes of log records as structured metadata and writes their names with underscores. **None of them may
be a label:** a label per session, turn or trace is a stream per session, turn or trace, and that is what makes Loki slow
and expensive. Of the names on this page only \`service.name\` (there \`service_name\`) is a good label. Loki's defaults also
make one of \`service.instance.id\`; Grafana advises against it by now.`,
    "Beside the attributes, every record has `trace_id`, `span_id` and, for an event, `event_name`.",
    table(
      ["attribute", "structured metadata"],
      onLogs.map(({ name }) => [`\`${name}\``, `\`${structuredMetadataName(name)}\``]),
    ),
  ].join("\n\n");
}

function olderNames(keys: readonly Key[]): string {
  const rows = (pick: (key: Key) => readonly string[]) =>
    keys.flatMap((key) => pick(key).map((old) => [`\`${old}\``, `\`${key.name}\``]));
  return [
    "## Older names",
    "Readers accept these; the verifier reports them under C18, with what to write instead.",
    table(
      ["older", "now"],
      rows(({ replaces }) => replaces),
    ),
    "And these are what other emitters call the same thing; readers accept them too.",
    table(
      ["theirs", "ours"],
      rows(({ aliases = [] }) => aliases),
    ),
  ].join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
