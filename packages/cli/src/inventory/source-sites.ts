import { isStepKind, spanName } from "@throughline/core";

/** A place in source code that emits, found by its text alone. */
export interface CodeSite {
  readonly kind: "span" | "log";
  readonly file: string;
  readonly line: number;
  /** What it calls its span or event; `*` where a part is made at run time. */
  readonly name: string;
}

export interface SourceLook {
  readonly sites: readonly CodeSite[];
  /** Calls whose name is made at run time altogether: nothing can be said of them. */
  readonly unnamed: number;
}

const text = /("[^"\\\n]*"|'[^'\\\n]*'|`[^`\\]*`)/.source;
const upTo = /\(\s*\{[^{}]*?\b/.source;

/** Calls that emit, by language: the OpenTelemetry APIs and the handles of the SDK. */
const calls: readonly {
  readonly pattern: RegExp;
  readonly kind: CodeSite["kind"];
  readonly nameOf: (call: string, name: string) => string;
}[] = [
  {
    pattern: new RegExp(
      `\\.(startSpan|startActiveSpan|start_span|start_as_current_span)\\(\\s*(?:name\\s*=\\s*)?${text}`,
      "g",
    ),
    kind: "span",
    nameOf: (_, name) => name,
  },
  {
    // Go: tracer.Start(ctx, "name").
    pattern: new RegExp(`[tT]racer(?:\\([^()]*\\))?\\.(Start)\\([^,()]+,\\s*${text}`, "g"),
    kind: "span",
    nameOf: (_, name) => name,
  },
  {
    pattern: new RegExp(`\\.(emit)${upTo}eventName\\s*:\\s*${text}`, "g"),
    kind: "log",
    nameOf: (_, name) => name,
  },
  {
    pattern: new RegExp(`\\.(tool|action|hook|sidecar|agent)${upTo}name\\s*:\\s*${text}`, "g"),
    kind: "span",
    nameOf: stepName,
  },
  {
    pattern: new RegExp(`\\.(llm)${upTo}model\\s*:\\s*${text}`, "g"),
    kind: "span",
    nameOf: stepName,
  },
  {
    pattern: new RegExp(`\\b(session)${upTo}agent\\s*:\\s*${text}`, "g"),
    kind: "span",
    nameOf: stepName,
  },
];

const anyStart =
  /\.(?:startSpan|startActiveSpan|start_span|start_as_current_span)\(\s*(?:name\s*=\s*)?(\S)/g;

/** Looks at one file. Without a parser: what is built up elsewhere is not found, and nothing has to compile. */
export function lookAtSource(file: string, source: string): SourceLook {
  const code = withoutComments(source, file.endsWith(".py"));
  const sites = calls.flatMap(({ kind, nameOf, pattern }) =>
    [...code.matchAll(pattern)].map((match) => ({
      kind,
      file,
      line: lineAt(code, match.index),
      name: nameOf(match[1] ?? "", literal(match[2] ?? "")),
    })),
  );
  const unnamed = [...code.matchAll(anyStart)].filter(([, first = ""]) => !/["'`]/.test(first));
  return { sites: sites.toSorted((a, b) => a.line - b.line), unnamed: unnamed.length };
}

/** Whether a place in the code is one that was seen emitting. */
export function isSeen(site: CodeSite, names: ReadonlySet<string>): boolean {
  if (!site.name.includes("*")) return names.has(site.name);
  const [head = "", ...rest] = site.name.split("*");
  const tail = rest.at(-1) ?? "";
  for (const name of names)
    if (name.length >= head.length + tail.length && name.startsWith(head) && name.endsWith(tail))
      return true;
  return false;
}

function stepName(call: string, subject: string): string {
  return isStepKind(call) ? spanName(call, subject) : subject;
}

/** What is filled in stands for anything. */
function literal(quoted: string): string {
  return quoted.slice(1, -1).replace(/\$\{[^}]*\}/g, "*");
}

/** Comments become blanks, so that lines keep their numbers. */
function withoutComments(source: string, hash: boolean): string {
  const comment = hash ? /#[^\n]*/ : /\/\/[^\n]*|\/\*[\s\S]*?\*\//;
  const either = new RegExp(`${text}|${comment.source}`, "g");
  return source.replace(either, (found, string: string | undefined) =>
    string === undefined ? found.replace(/[^\n]/g, " ") : found,
  );
}

function lineAt(code: string, index: number): number {
  let line = 1;
  for (let at = code.indexOf("\n"); at >= 0 && at < index; at = code.indexOf("\n", at + 1)) line++;
  return line;
}
