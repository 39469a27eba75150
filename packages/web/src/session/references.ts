import { printLogql } from "@throughline/query/logql";
import { printTraceql } from "@throughline/query/traceql";

/** How the same session is asked for elsewhere. */
export interface Reference {
  readonly name: string;
  readonly text: string;
}

export function referencesTo(id: string, link: string | null): Reference[] {
  return [
    ...(link === null ? [] : [{ name: "Link", text: link }]),
    { name: "Command", text: `throughline show ${shellWord(id)}` },
    { name: "TraceQL", text: traceql(id) },
    { name: "LogQL", text: logql(id) },
  ];
}

/** As a POSIX shell takes it, whatever is in it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) && !text.startsWith("-")
    ? text
    : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function traceql(id: string): string {
  const condition = {
    kind: "comparison",
    operator: "=",
    left: { kind: "attribute", scope: "span", name: "session.id" },
    right: { kind: "literal", type: "string", value: id },
  } as const;
  return printTraceql({
    kind: "traceql",
    body: { kind: "search", stages: [{ kind: "filter", condition }] },
    hints: [],
  });
}

function logql(id: string): string {
  return printLogql({
    kind: "log",
    matchers: [{ label: "service_name", operator: "=~", value: ".+" }],
    stages: [
      {
        kind: "label-filter",
        condition: {
          kind: "label-match",
          matcher: { label: "session_id", operator: "=", value: id },
        },
      },
    ],
  });
}
