import { queryError, type QueryError, type QueryFaultKind } from "./fault.ts";

/** Tempo's own limit for an expression, taken for both languages. */
export const MAX_QUERY_LENGTH = 131_072;

/** The text of a query, which knows where in it something stands. */
export class Source {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
    if (text.length > MAX_QUERY_LENGTH)
      throw this.fault(
        "invalid",
        MAX_QUERY_LENGTH,
        `the query is longer than ${MAX_QUERY_LENGTH} characters`,
      );
  }

  fault(
    kind: QueryFaultKind,
    at: number,
    message: string,
    expected?: readonly string[],
  ): QueryError {
    const before = this.text.slice(0, at);
    const lineStart = before.lastIndexOf("\n") + 1;
    let line = 1;
    for (let i = before.indexOf("\n"); i !== -1; i = before.indexOf("\n", i + 1)) line++;
    // Characters, not UTF-16 units: what a person counts.
    const column = Array.from(before.slice(lineStart)).length + 1;
    return queryError({
      kind,
      message,
      line,
      column,
      ...(expected !== undefined && expected.length > 0 ? { expected } : {}),
    });
  }
}
