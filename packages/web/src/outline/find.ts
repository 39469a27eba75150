import type { JsonValue, SessionRecord, TreeNode } from "@throughline/core/session";

/** Whether a record matches; made once from what was typed. */
export type Test = (node: TreeNode) => boolean;

const mostDepth = 40;

/**
 * Free words, `key:value`, `key>number`, `key<number`, `-negation`, `is:error|open|orphan|log|span`, `kind:tool`, `turn:3`.
 * All must hold. Words look at name, body, ids, events and the values of attributes, whatever their case; `key:value` compares
 * an attribute, or one of `name`, `service`, `scope`, `kind`, `trace`, `span`, `outcome`, `level`, `membership`.
 */
export function parseFind(text: string): Test | null {
  const tests = words(text).map(testOf);
  if (tests.length === 0) return null;
  return (node) => tests.every((test) => test(node));
}

function words(text: string): string[] {
  return [...text.matchAll(/-?(?:[^\s"]*"[^"]*"?|[^\s"]+)/g)].map(([word]) => word);
}

function testOf(word: string): Test {
  if (word.startsWith("-") && word.length > 1) {
    const test = testOf(word.slice(1));
    return (node) => !test(node);
  }
  const match = /^([\w.-]+)(:|>|<)(.+)$/s.exec(word);
  if (match === null) return wordTest(unquote(word));
  const [, key = "", sign = "", raw = ""] = match;
  const value = unquote(raw);
  if (sign === ":") return key === "is" ? isTest(value) : equals(key, value.toLowerCase());
  const limit = Number(value);
  if (Number.isNaN(limit)) return wordTest(unquote(word));
  return ({ record }) => {
    const found = record === null ? Number.NaN : numberAt(record, key);
    return sign === ">" ? found > limit : found < limit;
  };
}

function unquote(text: string): string {
  return text.replaceAll('"', "");
}

function wordTest(word: string): Test {
  const wanted = word.toLowerCase();
  return ({ record }) => record !== null && holds(record, wanted);
}

function isTest(value: string): Test {
  switch (value) {
    case "error":
      return ({ record }) =>
        record !== null &&
        (record.status === "error" ||
          record.outcome === "error" ||
          record.severity === "error" ||
          record.severity === "fatal");
    case "open":
    case "live":
      return ({ end, record }) => record?.kind === "span" && end === null;
    case "log":
    case "span":
      return ({ record }) => record?.kind === value;
    case "orphan":
    case "cycle":
    case "early":
      return ({ oddities }) => oddities.includes(value);
    default:
      return ({ record }) => record?.membership === value;
  }
}

function equals(key: string, wanted: string): Test {
  if (key === "turn") return ({ turn }) => String(turn) === wanted;
  return ({ record }) => {
    if (record === null) return false;
    const own = ownField(record, key);
    if (own !== undefined) return own.toLowerCase().includes(wanted);
    const value = record.attributes[key];
    return value !== undefined && written(value).toLowerCase().includes(wanted);
  };
}

function ownField(record: SessionRecord, key: string): string | undefined {
  switch (key) {
    case "name":
    case "service":
    case "scope":
    case "membership":
      return record[key];
    case "kind":
      return record.step ?? record.kind;
    case "trace":
      return record.trace_id;
    case "span":
      return record.span_id;
    case "outcome":
      return record.outcome ?? "";
    case "level":
      return record.severity ?? "";
    default:
      return undefined;
  }
}

function numberAt(record: SessionRecord, key: string): number {
  if (key === "ms" || key === "duration") {
    return record.end_ns === null
      ? Number.NaN
      : (Number(record.end_ns) - Number(record.start_ns)) / 1e6;
  }
  const value = record.attributes[key];
  return typeof value === "number" || typeof value === "string" ? Number(value) : Number.NaN;
}

function holds(record: SessionRecord, wanted: string): boolean {
  // Not service and scope: whole sessions share them.
  const { attributes, body, events, name, outcome, record_id, span_id, trace_id } = record;
  for (const text of [name, outcome ?? "", trace_id, span_id, record_id]) {
    if (text.toLowerCase().includes(wanted)) return true;
  }
  if (holdsValue(body, wanted) || holdsValue(attributes, wanted)) return true;
  return events.some(
    (event) => event.name.toLowerCase().includes(wanted) || holdsValue(event.attributes, wanted),
  );
}

/** Without recursion: what strangers nest may be deeper than the stack. */
function holdsValue(root: JsonValue, wanted: string): boolean {
  const waiting: [JsonValue, number][] = [[root, 0]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [value, depth] = next;
    if (typeof value === "string") {
      if (value.toLowerCase().includes(wanted)) return true;
    } else if (typeof value !== "object" || value === null) {
      if (String(value).includes(wanted)) return true;
    } else if (depth < mostDepth) {
      for (const child of Object.values<JsonValue>(value as never))
        waiting.push([child, depth + 1]);
    }
  }
  return false;
}

function written(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The matches in the order of the tree, and with them all that stands above one. */
export interface Found {
  readonly matches: readonly TreeNode[];
  readonly withAbove: ReadonlySet<TreeNode>;
}

export function find(nodes: readonly TreeNode[], test: Test): Found {
  const matches = nodes.filter(test);
  const withAbove = new Set<TreeNode>();
  for (const match of matches) {
    for (let at: TreeNode | null = match; at !== null && !withAbove.has(at); at = at.parent) {
      withAbove.add(at);
    }
  }
  return { matches, withAbove };
}
