/** `invalid`: change the query. `unsupported`: the language has it, this engine does not. */
export type QueryFaultKind = "invalid" | "unsupported";

/** What is wrong with a query, as plain data. Lines and columns count from 1, columns in characters. */
export interface QueryFault {
  readonly kind: QueryFaultKind;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  /** What could have stood there instead. */
  readonly expected?: readonly string[];
}

export abstract class QueryError extends Error {
  readonly fault: QueryFault;

  constructor(fault: QueryFault) {
    // Strangers cause these by the thousand; a stack through a parser says nothing to anyone.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(sayFault(fault));
    Error.stackTraceLimit = stackTraceLimit;
    this.fault = fault;
  }
}

export class InvalidQueryError extends QueryError {
  override readonly name = "InvalidQueryError";
}

export class UnsupportedQueryError extends QueryError {
  override readonly name = "UnsupportedQueryError";
}

export function queryError(fault: QueryFault): QueryError {
  return fault.kind === "invalid" ? new InvalidQueryError(fault) : new UnsupportedQueryError(fault);
}

/** In one line, for somebody who has the query before them. */
export function sayFault({ message, line, column, expected }: QueryFault): string {
  const wanted = expected === undefined ? "" : `, expected ${oneOf(expected)}`;
  return `line ${line}, column ${column}: ${message}${wanted}`;
}

function oneOf(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}
