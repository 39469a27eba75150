import type { QueryFaultKind } from "./fault.ts";

/** What is wrong inside a string of a query: a regular expression, a template, a path. Whoever knows where it stands says so. */
export class PartFault extends Error {
  override readonly name = "PartFault";
  readonly kind: QueryFaultKind;

  constructor(kind: QueryFaultKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
